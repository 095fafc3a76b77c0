import { GoogleReader } from "../../../stores/google/google-reader";
import { ObjectServer, type Reply, replyWithError, replyWithObject } from "../object-server";

const server = new ObjectServer();
const tokenPath = "/computeMetadata/v1/instance/service-accounts/default/token";
const token = { access_token: "ya29.token", expires_in: 3599, token_type: "Bearer" };
const { env } = process;
let bucket: GoogleReader;

beforeAll(() => server.start());
afterAll(() => server.stop());

beforeEach(() => {
  server.received = [];
  bucket = new GoogleReader("artifacts");
  process.env = { GCE_METADATA_HOST: server.url.replace("http://", ""), STORAGE_EMULATOR_HOST: server.url };
});

afterEach(() => {
  process.env = env;
});

function get(key: string, etag?: string) {
  return bucket.get(key, { etag, limit: 1_000, signal: new AbortController().signal });
}

/** Replies as metadata server and as store: their paths differ. */
function replyAsGoogle(answer: object, object: Reply): Reply {
  return (request, response) => {
    if (request.url !== tokenPath) return object(request, response);
    const isKnown = request.headers["metadata-flavor"] === "Google";
    response.writeHead(isKnown ? 200 : 403, { "Metadata-Flavor": "Google" }).end(JSON.stringify(answer));
  };
}

test("an object is read by ETag, with the service account's token, which is kept", async () => {
  server.reply = replyAsGoogle(token, replyWithObject("one", '"1"'));
  const found = { outcome: "found", bytes: Buffer.from("one"), etag: '"1"' };
  expect(await get("tables/routing table")).toEqual(found);
  expect(await get("tables/routing table", '"1"')).toEqual({ outcome: "unchanged" });
  const object = "/artifacts/tables/routing%20table";
  expect(server.received.map(({ path }) => path)).toEqual([tokenPath, object, object]);
  expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
    undefined,
    "Bearer ya29.token",
    "Bearer ya29.token",
  ]);
  expect(server.received[2]?.headers["if-none-match"]).toBe('"1"');
});

test("a token that is about to expire is renewed", async () => {
  server.reply = replyAsGoogle({ ...token, expires_in: 59 }, replyWithObject("one", '"1"'));
  await get("routing.table");
  await get("routing.table");
  expect(server.received.filter(({ path }) => path === tokenPath)).toHaveLength(2);
});

test.each<[string, Reply, string]>([
  [
    "no metadata",
    replyWithError(404),
    "returned no token (status 404): gs:// works on Google Cloud, with a service account",
  ],
  ["no token", replyAsGoogle({ access_token: 1 }, replyWithError(500)), "returned no token (status 200)"],
  [
    "a token without expiry",
    replyAsGoogle({ access_token: "x", expires_in: "soon" }, replyWithError(500)),
    "returned no token (status 200)",
  ],
  [
    "a refused token",
    replyAsGoogle(token, replyWithError(403, "<Error><Code>AccessDenied</Code></Error>")),
    "it answered with status 403 (AccessDenied)",
  ],
])("%s is reported", async (_, reply, reason) => {
  server.reply = reply;
  expect(await get("routing.table")).toMatchObject({ outcome: "failed", reason: expect.stringContaining(reason) });
});

test("a missing metadata server is reported, with the fix", async () => {
  process.env.GCE_METADATA_HOST = "127.0.0.1:1";
  const reason =
    "the metadata server 127.0.0.1:1 cannot be reached: gs:// works on Google Cloud, with a service account";
  expect(await get("routing.table")).toEqual({ outcome: "failed", reason });
});
