import { openTableSource } from "../../../redirector/tables/open-table-source";

const { env } = process;

beforeEach(() => {
  process.env = { AWS_REGION: "eu-west-1" };
});

afterEach(() => {
  process.env = env;
});

describe("names", () => {
  test.each([
    ["/var/lib/routing.table", "/var/lib/routing.table"],
    ["routing.table", "routing.table"],
    ["odd:name", "odd:name"],
    ["https://tables.example.org/routing.table", "https://tables.example.org/routing.table"],
    ["HTTPS://tables.example.org/routing.table", "https://tables.example.org/routing.table"],
    [
      "https://account.blob.core.windows.net/tables/routing.table?sv=1&sig=secret",
      "https://account.blob.core.windows.net/tables/routing.table",
    ],
    ["s3://bucket/some/key?region=us-east-2", "s3://bucket/some/key"],
    ["s3://bucket/key", "s3://bucket/key"],
    ["gs://bucket_1/some/object", "gs://bucket_1/some/object"],
  ])("%s is called %s, without credentials", (text, name) => {
    expect(openTableSource(text).name).toBe(name);
  });

  test.each([
    ["", "a routing table comes from a file, https://…, s3://bucket/key?region=R or gs://bucket/object"],
    ["ftp://host/routing.table", 'not from "ftp://host/routing.table"'],
    ["file:///routing.table", 'not from "file:///routing.table"'],
    ["https://user:password@host/routing.table", "cannot carry a user name or password"],
    ["s3://bucket", "s3://bucket has no object key after the bucket bucket"],
    ["s3://bucket/", "has no object key"],
    ["s3:///key", "has no valid bucket name"],
    ["s3://Bucket_/key", "has no valid bucket name"],
    ["s3://bucket@evil.example/key", "has no valid bucket name"],
    ["s3://bucket/key?region=x.evil.example/", "has no region: append ?region=eu-west-1, or set AWS_REGION"],
    ["s3://bucket/100%", "s3://bucket/100% is not well-formed: write % as %25 in a key"],
    ["https://", "a routing table cannot come from https://: it is not a URL"],
    ["https://host:port/", "it is not a URL"],
    ["gs://bucket", "has no object key"],
    [
      "s3://bucket/a?b&region=us-east-2",
      "has an unsupported suffix after its key: write ? as %3F and # as %23 in a key",
    ],
    ["gs://bucket/a?b", "write ? as %3F"],
    ["gs://bucket/..%2f..%2fother/key", "has . or .. in its key"],
    ["s3://bucket/a%2f..%2fb", "has . or .. in its key"],
    ["gs://bucket/a#b", "and # as %23"],
  ])("%s is refused", (text, words) => {
    expect(() => openTableSource(text)).toThrow(words);
  });

  test("S3 without a region", () => {
    delete process.env.AWS_REGION;
    expect(() => openTableSource("s3://bucket/key")).toThrow("s3://bucket/key has no region");
  });
});

test.each<[string, NodeJS.ProcessEnv, string]>([
  ["https://tables.example.org/t?secret=1", {}, "https://tables.example.org/t?secret=1"],
  ["s3://artifacts/a/b%2Bc?region=us-east-2", {}, "https://artifacts.s3.dualstack.us-east-2.amazonaws.com/a/b%2Bc"],
  ["s3://artifacts/a", {}, "https://artifacts.s3.dualstack.eu-west-1.amazonaws.com/a"],
  [
    "s3://artifacts/a",
    { AWS_REGION: "", AWS_DEFAULT_REGION: "ap-east-2" },
    "https://artifacts.s3.dualstack.ap-east-2.amazonaws.com/a",
  ],
  ["gs://artifacts/tables/routing%20table", {}, "https://storage.googleapis.com/artifacts/tables/routing%20table"],
])("%s with %j is read from %s", async (text, variables, url) => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" }, variables);
  const fetched: string[] = [];
  const spy = jest.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    fetched.push(input instanceof Request ? input.url : String(input));
    return Response.json({ access_token: "ya29.token", expires_in: 3599 });
  });
  expect(await openTableSource(text).read(new AbortController().signal)).toBeInstanceOf(Uint8Array);
  expect(fetched.at(-1)).toBe(url);
  spy.mockRestore();
});
