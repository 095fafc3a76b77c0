import { execFileSync } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, promises, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTableSource } from "../../../redirector/tables/open-table-source";
import type { TableSource } from "../../../redirector/tables/table-source";

/** The new bytes of a source, as text. */
async function read(source: TableSource, signal = new AbortController().signal): Promise<string | undefined> {
  const bytes = await source.read(signal);
  return bytes && Buffer.from(bytes).toString();
}

describe("names", () => {
  beforeEach(() => {
    process.env.AWS_REGION = "eu-west-1";
  });

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

describe("a file", () => {
  let directory: string;
  let path: string;
  let source: TableSource;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "live-table-"));
    path = join(directory, "routing.table");
    source = openTableSource(path);
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** Writes the file, with a time of change that many minutes ago. */
  function write(text: string, minutesAgo: number): void {
    writeFileSync(path, text);
    const time = new Date(Date.now() - minutesAgo * 60_000);
    utimesSync(path, time, time);
  }

  test("is returned once, and again after each change", async () => {
    write("one", 30);
    expect(await read(source)).toBe("one");
    expect(await read(source)).toBeUndefined();
    write("two", 20);
    expect(await read(source)).toBe("two");
    expect(await read(source)).toBeUndefined();
    write("three", 20);
    expect(await read(source)).toBe("three");
    expect(await read(source)).toBeUndefined();
  });

  test("is not read again while its time, size and inode stay", async () => {
    write("one", 30);
    expect(await read(source)).toBe("one");
    const time = new Date(Date.now() - 30 * 60_000);
    utimesSync(path, time, time);
    expect(await read(source)).toBeUndefined();
    truncateSync(path, 2);
    utimesSync(path, time, time);
    expect(await read(source)).toBe("on");
  });

  test("that was replaced by a rename, of the same time and size, is returned", async () => {
    const time = new Date("2026-11-21T00:00:00Z");
    for (const text of ["one", "two"]) {
      writeFileSync(`${path}.new`, text);
      utimesSync(`${path}.new`, time, time);
      renameSync(`${path}.new`, path);
      expect(await read(source)).toBe(text);
    }
    expect(await read(source)).toBeUndefined();
  });

  test("that changed a moment ago is read again, and returned if it differs, even with the same state", async () => {
    const time = new Date();
    writeFileSync(path, "one");
    utimesSync(path, time, time);
    expect(await read(source)).toBe("one");
    expect(await read(source)).toBeUndefined();
    writeFileSync(path, "two");
    utimesSync(path, time, time);
    expect(await read(source)).toBe("two");
  });

  test("that is missing, at first or later, is reported, and returned when it is there", async () => {
    await expect(read(source)).rejects.toThrow("ENOENT");
    write("one", 1);
    expect(await read(source)).toBe("one");
    rmSync(path);
    await expect(read(source)).rejects.toThrow("ENOENT");
  });

  test("that is a directory, or larger than any table, is refused", async () => {
    await expect(read(openTableSource(directory))).rejects.toThrow("it is not a file");
    writeFileSync(path, "");
    truncateSync(path, 16 * 1024 * 1024 + 1);
    await expect(read(source)).rejects.toThrow("larger than 16 MiB");
  });

  test("that is a pipe is refused without waiting", async () => {
    execFileSync("mkfifo", [path]);
    for (const _ of Array(6)) await expect(read(source)).rejects.toThrow("it is not a file");
  });

  test("without a known end is read no further than its size", async () => {
    await expect(read(openTableSource("/dev/zero"))).rejects.toThrow("it is not a file");
    expect((await read(openTableSource("/proc/self/status")))?.length).toBe(1);
  });

  test("whose reading hangs is not read again until that reading has ended", async () => {
    write("one", 30);
    let letGo = (): void => {};
    const open = jest.spyOn(promises, "open").mockImplementationOnce(async () => {
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
      throw new Error("the file system is gone");
    });
    for (const _ of Array(6)) {
      await expect(read(source, AbortSignal.timeout(5))).rejects.toThrow("aborted due to timeout");
    }
    expect(open).toHaveBeenCalledTimes(1);
    letGo();
    await source.idle?.();
    expect(await read(source)).toBe("one");
    expect(open).toHaveBeenCalledTimes(2);
    open.mockRestore();
  });

  test("whose reading was ended is returned the next time", async () => {
    write("one", 30);
    const ended = new AbortController();
    ended.abort(new Error("too late"));
    await expect(read(source, ended.signal)).rejects.toThrow();
    expect(await read(source)).toBe("one");
  });
});

/** The relevant parts of a request that a server got. */
interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

let server: Server;
let url: string;
let got: ReceivedRequest[];
let reply: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    got.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers });
    reply(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

const { env } = process;

beforeEach(() => {
  got = [];
  process.env = {};
});

afterEach(() => {
  process.env = env;
});

/** Replies like a server with ETags. */
function objectOf(text: string, etag: string) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const known = request.headers["if-none-match"] === etag;
    response.writeHead(known ? 304 : 200, { ETag: etag }).end(known ? undefined : text);
  };
}

function failure(status: number, body = "") {
  return (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, { "Content-Type": "application/xml" }).end(body);
  };
}

describe("a web server", () => {
  const source = () => openTableSource(`${url}/routing.table?secret=1`);

  test("is read by ETag", async () => {
    const table = source();
    reply = objectOf("one", '"1"');
    expect(await read(table)).toBe("one");
    expect(await read(table)).toBeUndefined();
    reply = objectOf("two", 'W/"2"');
    expect(await read(table)).toBe("two");
    expect(await read(table)).toBeUndefined();
    expect(got.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"1"', '"1"', 'W/"2"']);
    expect(got.map(({ method, path }) => `${method} ${path}`)).toEqual(Array(4).fill("GET /routing.table?secret=1"));
    expect(got[0]?.headers).toMatchObject({ "user-agent": "mirrorform", connection: "close" });
  });

  test("is followed over at most three redirects, and read by ETag there", async () => {
    const table = source();
    const object = objectOf("one", '"1"');
    let redirects = 3;
    reply = (request, response) => {
      const [, passed = "0"] = /\/passed-(\d)$/.exec(request.url ?? "") ?? [];
      if (Number(passed) === redirects) object(request, response);
      else response.writeHead(302, { Location: `/passed-${Number(passed) + 1}` }).end("moved");
    };
    expect(await read(table)).toBe("one");
    expect(await read(table)).toBeUndefined();
    redirects = 4;
    await expect(read(table)).rejects.toThrow("it redirects more than 3 times");
  });

  describe("by https", () => {
    const answers = jest.fn<Response, [string]>();
    beforeEach(() => {
      jest.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
        return answers(input instanceof Request ? input.url : String(input));
      });
    });
    afterEach(() => jest.restoreAllMocks());

    test.each([
      ["http://tables.example.org/routing.table", "which is not followed"],
      ["https://user:password@tables.example.org/routing.table", "which is not followed"],
      ["https://127.0.0.1/routing.table", "which is not followed"],
      ["https://[fe80::1]/routing.table", "which is not followed"],
      ["https://localhost/routing.table", "localhost is not on the public internet"],
      ["file:///etc/passwd", "which is not followed"],
      ["https://", "which is not followed"],
    ])("is not followed to %s", async (location, words) => {
      answers.mockReturnValueOnce(new Response(null, { status: 302, headers: { location } }));
      answers.mockReturnValue(new Response("evil"));
      await expect(read(openTableSource("https://tables.example.org/routing.table"))).rejects.toThrow(words);
      expect(answers.mock.calls).toEqual([["https://tables.example.org/routing.table"]]);
      answers.mockReset();
    });

    test("is followed on the same host", async () => {
      answers.mockReturnValueOnce(new Response(null, { status: 307, headers: { location: "/other?a=b" } }));
      answers.mockReturnValueOnce(new Response("one"));
      expect(await read(openTableSource("https://tables.example.org/routing.table"))).toBe("one");
      expect(answers).toHaveBeenLastCalledWith("https://tables.example.org/other?a=b");
    });
  });

  test("without ETags is read each time, and the bytes are returned if they differ", async () => {
    const table = source();
    reply = (_, response) => response.end("one");
    expect(await read(table)).toBe("one");
    expect(await read(table)).toBeUndefined();
    reply = (_, response) => response.end("two");
    expect(await read(table)).toBe("two");
  });

  test("with a new ETag for the same bytes has nothing new", async () => {
    const table = source();
    reply = objectOf("one", '"1"');
    expect(await read(table)).toBe("one");
    reply = objectOf("one", '"2"');
    expect(await read(table)).toBeUndefined();
  });

  test.each([
    [404, "", "it answered with status 404"],
    [500, "<html>", "it answered with status 500"],
    [204, "", "it answered with status 204"],
    [304, "", "it answered with status 304"],
    [403, "<?xml?><Error><Code>AccessDenied</Code></Error>", "it answered with status 403 (AccessDenied)"],
    [403, "x".repeat(100_000), "it answered with status 403"],
  ])("that answers %d is reported", async (status, body, words) => {
    reply = failure(status, status === 304 || status === 204 ? undefined : body);
    await expect(read(source())).rejects.toThrow(words);
  });

  test("that is interrupted is read again", async () => {
    const table = source();
    reply = (_, response) => {
      response.writeHead(200, { ETag: '"1"', "Content-Length": "100" });
      response.write("one");
      setImmediate(() => response.destroy());
    };
    await expect(read(table)).rejects.toThrow();
    reply = objectOf("one", '"1"');
    expect(await read(table)).toBe("one");
  });

  test("that never stops sending is cut off", async () => {
    reply = (_, response) => {
      const chunk = Buffer.alloc(8 * 1024 * 1024);
      const more = () => {
        if (response.destroyed) return;
        response.write(chunk, () => setImmediate(more));
      };
      more();
    };
    await expect(read(source())).rejects.toThrow("larger than 16 MiB");
  });

  test("that does not answer is awaited until the signal, and read again later", async () => {
    const table = source();
    const limit = new AbortController();
    reply = () => limit.abort(new Error("too late"));
    await expect(read(table, limit.signal)).rejects.toThrow("too late");
    reply = objectOf("one", '"1"');
    expect(await read(table)).toBe("one");
  });
});

/**
 * The signature that a request should have, by "Create a signed AWS API request" in the IAM User Guide, computed here with
 * plain hashes.
 */
function expectedSignature(
  { method, path, headers }: ReceivedRequest,
  secret: string,
  region: string,
  signedHeaders: string,
): string {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const mac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const time = String(headers["x-amz-date"]);
  const day = time.slice(0, 8);
  const lines = signedHeaders.split(";").map((name) => `${name}:${headers[name]}\n`);
  const canonical = [method, path, "", lines.join(""), signedHeaders, headers["x-amz-content-sha256"]].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, `${day}/${region}/s3/aws4_request`, hash(canonical)].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(mac, `AWS4${secret}`);
  return mac(key, text).toString("hex");
}

describe("S3", () => {
  const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

  function credentials(): void {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: secret });
  }

  test("is read by ETag, with a signature", async () => {
    credentials();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: `${url}/`,
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_SESSION_TOKEN: "a token",
    });
    const source = openTableSource("s3://artifacts/tables/routing%20table?region=ap-east-2");
    reply = objectOf("one", '"1"');
    expect(await read(source)).toBe("one");
    expect(await read(source)).toBeUndefined();
    expect(got.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(2).fill("GET /artifacts/tables/routing%20table"),
    );
    expect(got.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"1"']);
    for (const request of got) {
      const authorization = String(request.headers.authorization);
      const [, scope, signed = "", signature] =
        /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(authorization) ?? [];
      expect(scope).toMatch(/^AKIDEXAMPLE\/[0-9]{8}\/ap-east-2\/s3\/aws4_request$/);
      expect(signed.split(";")).toEqual(expect.arrayContaining(["host", "x-amz-date", "x-amz-security-token"]));
      expect(request.headers["x-amz-security-token"]).toBe("a token");
      expect(signature).toBe(expectedSignature(request, secret, "ap-east-2", signed));
    }
  });

  test("uses the region and the endpoint of the environment", async () => {
    credentials();
    Object.assign(process.env, { AWS_ENDPOINT_URL: url, AWS_REGION: "eu-west-1" });
    reply = objectOf("one", '"1"');
    expect(await read(openTableSource("s3://artifacts/routing.table"))).toBe("one");
    expect(got[0]?.headers.authorization).toContain("/eu-west-1/s3/aws4_request");
    expect(got[0]?.headers).not.toHaveProperty("x-amz-security-token");
  });

  test.each([
    ["s3://artifacts/a/b%2Bc?region=eu-west-1", "https://artifacts.s3.dualstack.eu-west-1.amazonaws.com/a/b%2Bc"],
    [
      "s3://artifacts.example.org/a?region=eu-west-1",
      "https://s3.dualstack.eu-west-1.amazonaws.com/artifacts.example.org/a",
    ],
    ["s3://artifacts/a?region=cn-north-1", "https://artifacts.s3.dualstack.cn-north-1.amazonaws.com.cn/a"],
  ])("%s is %s", async (text, address) => {
    credentials();
    const fetched = jest.spyOn(globalThis, "fetch").mockResolvedValue(new Response("one"));
    expect(await read(openTableSource(text))).toBe("one");
    expect(fetched).toHaveBeenCalledWith(expect.objectContaining({ url: address }), expect.anything());
    fetched.mockRestore();
  });

  test("reports which credentials are missing", async () => {
    process.env.AWS_ENDPOINT_URL = url;
    const source = openTableSource("s3://artifacts/routing.table?region=eu-west-1");
    await expect(read(source)).rejects.toThrow("the environment variable AWS_ACCESS_KEY_ID is not set");
    process.env.AWS_ACCESS_KEY_ID = "AKIDEXAMPLE";
    await expect(read(source)).rejects.toThrow("the environment variable AWS_SECRET_ACCESS_KEY is not set");
    expect(got).toEqual([]);
  });

  test("is read once, and its error is reported; a redirect means another region", async () => {
    credentials();
    process.env.AWS_ENDPOINT_URL = url;
    const source = openTableSource("s3://artifacts/routing.table?region=eu-west-1");
    reply = failure(503, "<Error><Code>SlowDown</Code></Error>");
    await expect(read(source)).rejects.toThrow("status 503 (SlowDown)");
    reply = (_, response) => response.writeHead(301, { Location: "/elsewhere" }).end("<Code>PermanentRedirect</Code>");
    await expect(read(source)).rejects.toThrow("status 301 (PermanentRedirect)");
    expect(got).toHaveLength(2);
  });
});

describe("Cloud Storage", () => {
  const tokenPath = "/computeMetadata/v1/instance/service-accounts/default/token";

  beforeEach(() => {
    Object.assign(process.env, { GCE_METADATA_HOST: url.replace("http://", ""), STORAGE_EMULATOR_HOST: url });
  });

  /** Metadata server and store in one: their paths differ. */
  function google(token: object, object: typeof reply) {
    return (request: IncomingMessage, response: ServerResponse) => {
      if (request.url !== tokenPath) return object(request, response);
      const known = request.headers["metadata-flavor"] === "Google";
      response.writeHead(known ? 200 : 403, { "Metadata-Flavor": "Google" }).end(JSON.stringify(token));
    };
  }

  const token = { access_token: "ya29.token", expires_in: 3599, token_type: "Bearer" };

  test("is read by ETag, with the service account's token, which is kept", async () => {
    const source = openTableSource("gs://artifacts/tables/routing%20table");
    reply = google(token, objectOf("one", '"1"'));
    expect(await read(source)).toBe("one");
    expect(await read(source)).toBeUndefined();
    expect(got.map(({ path }) => path)).toEqual([
      tokenPath,
      "/artifacts/tables/routing%20table",
      "/artifacts/tables/routing%20table",
    ]);
    expect(got.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      "Bearer ya29.token",
      "Bearer ya29.token",
    ]);
    expect(got[2]?.headers["if-none-match"]).toBe('"1"');
  });

  test("gets a new token when the old one is about to expire", async () => {
    const source = openTableSource("gs://artifacts/routing.table");
    reply = google({ ...token, expires_in: 59 }, objectOf("one", '"1"'));
    await read(source);
    await read(source);
    expect(got.filter(({ path }) => path === tokenPath)).toHaveLength(2);
  });

  test.each([
    [failure(404), "gave no token (status 404): gs:// works on Google Cloud, with a service account"],
    [google({ access_token: 1 }, failure(500)), "gave no token (status 200)"],
    [google({ access_token: "x", expires_in: "soon" }, failure(500)), "gave no token (status 200)"],
    [
      google(token, failure(403, "<Error><Code>AccessDenied</Code></Error>")),
      "it answered with status 403 (AccessDenied)",
    ],
  ])("reports what is wrong", async (replies, words) => {
    reply = replies;
    await expect(read(openTableSource("gs://artifacts/routing.table"))).rejects.toThrow(words);
  });

  test("reports that it works only at Google", async () => {
    process.env.GCE_METADATA_HOST = "127.0.0.1:1";
    const source = openTableSource("gs://artifacts/routing.table");
    await expect(read(source)).rejects.toThrow(
      "the metadata server 127.0.0.1:1 cannot be reached: gs:// works on Google",
    );
  });
});
