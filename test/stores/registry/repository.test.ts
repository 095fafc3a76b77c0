import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bodyOf } from "../../../stores/http/exchange";
import { createContent, descriptorOf } from "../../../stores/registry/content";
import type { FindLogin } from "../../../stores/registry/docker-login";
import { mediaTypes } from "../../../stores/registry/media-types";
import { Repository, type RepositoryOptions } from "../../../stores/registry/repository";
import { StoreError } from "../../../stores/store-error";
import { MemoryRegistry } from "./memory-registry";

const blob = createContent(mediaTypes.layer, Buffer.alloc(300_000, "layer"));
const layer = descriptorOf(blob);
const waited: number[] = [];
let registry: MemoryRegistry;
let folder: string;

beforeEach(async () => {
  registry = await new MemoryRegistry().start();
  registry.hold("base/node", blob);
  folder = mkdtempSync(join(tmpdir(), "mirrorform-repository-"));
  waited.length = 0;
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  await registry.stop();
});

const noLogin: FindLogin = async () => undefined;

function repository(options: Partial<RepositoryOptions> = {}): Repository {
  const wait = async (milliseconds: number) => waited.push(milliseconds);
  return new Repository({
    host: registry.host,
    name: "base/node",
    access: "pull",
    findLogin: noLogin,
    wait,
    ...options,
  });
}

const download = (from = repository()) => from.download(layer, join(folder, "layer"));

/** Answers that many requests whose path contains a word with this, and then none. */
function failing(word: string, times: number, status: number, headers: Record<string, string> = {}): void {
  let left = times;
  registry.instead = ({ path }) => (path.includes(word) && left-- > 0 ? { status, headers } : undefined);
}

describe("downloads", () => {
  test("a blob is written to a file", async () => {
    await download();
    expect(readFileSync(join(folder, "layer")).equals(blob.bytes)).toBe(true);
  });

  test.each([
    ["other bytes", Buffer.alloc(300_000, "other"), /sends sha256:[0-9a-f]{64} for sha256:/],
    ["too many", Buffer.alloc(300_001, "layer"), /sends 300001 bytes for/],
    ["too few", Buffer.alloc(299_999, "layer"), /sends 299999 bytes for/],
  ])("%s: an error, at once", async (_, body, message) => {
    registry.instead = () => ({ status: 200, body });
    await expect(download()).rejects.toThrow(message);
    expect(registry.seen).toHaveLength(1);
  });

  test("a manifest with another digest, or too long: an error", async () => {
    const manifest = createContent(mediaTypes.manifest, Buffer.from("{}"));
    registry.instead = () => ({ status: 200, body: Buffer.from("{ }") });
    await expect(repository().getManifest(manifest.digest)).rejects.toThrow(/sends sha256:.* it was damaged/);
    registry.instead = () => ({ status: 200, body: Buffer.alloc(9_000_000) });
    await expect(repository().getManifest(manifest.digest)).rejects.toThrow(/more than the permitted 8388608 bytes/);
  });

  test("an interrupted download continues where it stopped", async () => {
    let cuts = 1;
    registry.changed = (_, answer) => (cuts-- > 0 ? { ...answer, cutAfter: 100_000 } : answer);
    await download();
    expect(waited).toEqual([1_000]);
    expect(registry.seen.map(({ headers }) => headers.range)).toEqual([undefined, "bytes=100000-299999"]);
    expect(readFileSync(join(folder, "layer")).equals(blob.bytes)).toBe(true);
  });
});

describe("temporary failures", () => {
  test.each([
    [429, { "Retry-After": "7" }, [7_000, 7_000]],
    [429, {}, [1_000, 2_000]],
    [503, {}, [1_000, 2_000]],
  ])("%d, %j: tried again", async (status, headers, pauses) => {
    failing("/blobs/", 2, status, headers);
    await download();
    expect(waited).toEqual(pauses);
  });

  test("after four attempts they are reported, with the registry's message", async () => {
    const body = Buffer.from(JSON.stringify({ errors: [{ code: "TOOMANYREQUESTS", message: "slow down" }] }));
    registry.instead = () => ({ status: 429, body });
    await expect(download()).rejects.toThrow(/ with 429 \(slow down\): try again later/);
    expect(registry.seen).toHaveLength(4);
  });

  test("a registry that wants a pause of an hour is an error at once", async () => {
    failing("/blobs/", 9, 429, { "Retry-After": "3600" });
    await expect(download()).rejects.toThrow(StoreError);
    expect(waited).toEqual([]);
  });

  test("a closed port: an error that names the host", async () => {
    const gone = repository({ host: "127.0.0.1:1" });
    await expect(download(gone)).rejects.toThrow(/^127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/);
  });

  test("the token server may be throttling too", async () => {
    registry.auth = {};
    failing("/token", 1, 503);
    await download();
    expect(waited).toEqual([1_000]);
  });
});

describe("logins", () => {
  test("without a login an anonymous token is used for many requests", async () => {
    registry.auth = {};
    const from = repository();
    await Promise.all([download(from), from.has(layer.digest), from.has(layer.digest)]);
    await from.has(layer.digest);
    const scope = encodeURIComponent("repository:base/node:pull");
    expect(registry.asked("GET").filter((each) => each.includes("token"))).toEqual([
      `GET /token?service=memory&scope=${scope}`,
    ]);
    expect(registry.seen.at(-1)?.authorization).toBe("Bearer repository:base/node:pull");
  });

  test("a login goes to the token server, and only there", async () => {
    registry.auth = { login: "ada:se:cret" };
    await download(repository({ findLogin: async () => ({ username: "ada", password: "se:cret" }) }));
    const withLogin = registry.seen.filter(({ authorization }) => authorization?.startsWith("Basic "));
    expect(withLogin.map(({ path }) => path.replace(/\?.*/, ""))).toEqual(["/token"]);
  });

  test("an identity token is exchanged", async () => {
    registry.auth = {};
    await download(repository({ findLogin: async () => ({ identityToken: "refresh" }) }));
    expect(registry.asked("POST")).toEqual(["POST /token"]);
  });

  test("a rejected token is renewed", async () => {
    registry.auth = {};
    const from = repository();
    await from.has(layer.digest);
    let first = true;
    registry.instead = ({ path }) => {
      if (!first || !path.includes("/blobs/")) return undefined;
      first = false;
      const challenge = `Bearer realm="http://${registry.host}/token",scope="repository:base/node:pull"`;
      return { status: 401, headers: { "WWW-Authenticate": challenge } };
    };
    await expect(from.has(layer.digest)).resolves.toBe(true);
  });

  test("Basic is answered with the login itself", async () => {
    const right = `Basic ${Buffer.from("ada:secret").toString("base64")}`;
    registry.instead = ({ authorization }) =>
      authorization === right ? undefined : { status: 401, headers: { "WWW-Authenticate": 'Basic realm="here"' } };
    await download(repository({ findLogin: async () => ({ username: "ada", password: "secret" }) }));
    await expect(download()).rejects.toThrow(`run \`docker login ${registry.host}\` first`);
  });

  test.each([
    ["a wrong login", () => undefined, /request for a token with 401: .*docker login/],
    ["a token server without HTTPS", () => 'Bearer realm="http://evil.example/token"', /a token server.*evil\.example/],
    ["an unknown scheme", () => "Negotiate abc", /neither Basic nor Bearer/],
  ])("%s: an error with the fix", async (_, challenge, message) => {
    registry.auth = { login: "ada:secret" };
    registry.instead = () => {
      const text = challenge();
      return text === undefined ? undefined : { status: 401, headers: { "WWW-Authenticate": text } };
    };
    await expect(download()).rejects.toThrow(message);
  });
});

describe("a hostile registry", () => {
  const login = async () => ({ username: "ada", password: "secret" });

  test("gets no login for another site, and no request goes there", async () => {
    const asking = (realm: string) => ({ status: 401, headers: { "WWW-Authenticate": `Bearer realm="${realm}"` } });
    registry.instead = () => asking("https://evil.example/token");
    await expect(download(repository({ findLogin: login }))).rejects.toThrow("add --realm evil.example");
    registry.instead = () => asking("https://localhost.evil.example/token");
    await expect(download(repository({ findLogin: async () => ({ identityToken: "refresh" }) }))).rejects.toThrow(
      "--realm",
    );
    expect(registry.seen.map(({ path }) => path.replace(/^\/v2\/.*/, "v2"))).toEqual(["v2", "v2"]);
  });

  test.each(["a\r\nX-Injected: 1", "a\nb", "\u0000", "caf\u00e9", "", 7])(
    "gives %j instead of a token: an error",
    async (token) => {
      registry.auth = {};
      registry.instead = ({ path }) =>
        path.startsWith("/token") ? { status: 200, body: Buffer.from(JSON.stringify({ token })) } : undefined;
      await expect(download()).rejects.toThrow(/^127\.0\.0\.1:\d+ answered without a usable token: try again later$/);
    },
  );

  test("sends control sequences: they are escaped, on one line", async () => {
    const message = "\u001b]0;owned\u0007\u001b[2J\n::error title=forged::all is lost";
    registry.instead = () => ({ status: 400, body: Buffer.from(JSON.stringify({ errors: [{ message }] })) });
    const error = await download().catch((caught: Error) => caught);
    expect(error?.message).toContain("(\\u001b]0;owned\\u0007\\u001b[2J\\u000a::error title=forged");
    expect(error?.message).toMatch(/^[ -~]+$/);
  });

  test("sends byte by byte: it is given up when the time is over", async () => {
    const dripping = createServer((_, response) => {
      response.writeHead(200, { "Content-Length": 300_000 });
      const timer = setInterval(() => response.write("x"), 5);
      response.on("close", () => clearInterval(timer));
    }).listen(0, "127.0.0.1");
    await once(dripping, "listening");
    const from = repository({
      host: `127.0.0.1:${(dripping.address() as AddressInfo).port}`,
      until: Date.now() + 100,
    });
    await expect(from.getManifest(layer.digest)).rejects.toThrow(/did not answer in full within 1 seconds/);
    await expect(download(from)).rejects.toThrow("the time limit for the whole image has passed");
    expect(waited).toEqual([]);
    dripping.closeAllConnections();
    dripping.close();
  });

  test("redirected back to from another host: without the login", async () => {
    const store = await new MemoryRegistry().start();
    const right = `Basic ${Buffer.from("ada:secret").toString("base64")}`;
    store.instead = () => ({ status: 307, headers: { Location: `http://${registry.host}/v2/secret/blobs/x` } });
    registry.instead = ({ authorization }) =>
      authorization === right
        ? { status: 307, headers: { Location: `http://${store.host}/blob` } }
        : { status: 401, headers: { "WWW-Authenticate": 'Basic realm="here"' } };
    await expect(download(repository({ findLogin: login }))).rejects.toThrow(" with 401");
    expect(registry.seen.at(-1)).toMatchObject({ path: "/v2/secret/blobs/x", authorization: undefined });
    await store.stop();
  });
});

describe("redirects", () => {
  test("are followed for blobs, without Authorization", async () => {
    const store = await new MemoryRegistry().start();
    store.hold("base/node", blob);
    registry.auth = {};
    registry.instead = ({ path, authorization }) =>
      path.includes("/blobs/") && authorization
        ? { status: 307, headers: { Location: `http://${store.host}${path}` } }
        : undefined;
    await download();
    expect(registry.seen.at(-1)?.authorization).toBeDefined();
    expect(store.seen.map(({ authorization }) => authorization)).toEqual([undefined]);
    await store.stop();
  });

  test("an upload session on another host gets no Authorization either", async () => {
    const store = await new MemoryRegistry().start();
    store.instead = () => ({ status: 201 });
    registry.auth = {};
    registry.instead = ({ method, authorization, path }) =>
      method === "POST" && authorization && !path.startsWith("/token")
        ? { status: 202, headers: { Location: `http://${store.host}/v2/base/node/blobs/uploads/session?state=1` } }
        : undefined;
    await repository({ access: "push" }).upload(blob.digest, bodyOf(blob.bytes));
    expect(store.seen).toMatchObject([{ method: "PUT", authorization: undefined }]);
    expect(store.seen[0]?.path).toContain("state=1&digest=");
    expect(store.seen[0]?.headers).not.toHaveProperty("authorization");
    await store.stop();
  });

  test.each([
    [
      "to plain HTTP elsewhere",
      "http://store.example/blob",
      /redirects to http:\/\/store\.example, which is not HTTPS/,
    ],
    ["to an invalid URL", "https://", /redirects without a valid URL/],
    ["in a circle", "?again", /redirects more than 5 times/],
  ])("%s: an error", async (_, location, message) => {
    registry.instead = () => ({ status: 307, headers: { Location: location } });
    await expect(download()).rejects.toThrow(message);
  });
});

describe("uploads", () => {
  const push = () => repository({ name: "ours/redirector", access: "push", mountFrom: "base/node" });

  test("a blob is mounted from the repository that has it, with a token for both", async () => {
    registry.auth = {};
    const to = push();
    expect(await to.has(blob.digest)).toBe(false);
    expect(await to.mount(blob.digest, "base/node")).toBe(true);
    expect(await to.has(blob.digest)).toBe(true);
    expect(registry.seen.at(-1)?.authorization).toContain(
      "repository:ours/redirector:pull,push repository:base/node:pull",
    );
  });

  test.each([
    ["does not mount", () => undefined],
    ["refuses to", () => ({ status: 403 })],
  ])("a registry that %s: false, so that the blob is uploaded", async (_, instead) => {
    registry.mounts = false;
    registry.instead = ({ path }) => (path.includes("mount=") ? instead() : undefined);
    const to = push();
    expect(await to.mount(blob.digest, "base/node")).toBe(false);
    await to.upload(blob.digest, bodyOf(blob.bytes));
    expect(registry.blobs.get(`ours/redirector ${blob.digest}`)?.equals(blob.bytes)).toBe(true);
  });

  test("an upload that fails temporarily starts again", async () => {
    failing("session", 1, 500);
    await push().upload(blob.digest, bodyOf(blob.bytes));
    expect(registry.asked("POST", "PUT").map((each) => each.replace(/\?.*/, ""))).toEqual([
      "POST /v2/ours/redirector/blobs/uploads/",
      "PUT /v2/ours/redirector/blobs/uploads/session-1",
      "POST /v2/ours/redirector/blobs/uploads/",
      "PUT /v2/ours/redirector/blobs/uploads/session-2",
    ]);
  });

  test("without permission: the error names the fix", async () => {
    registry.instead = () => ({ status: 403 });
    await expect(push().upload(blob.digest, bodyOf(blob.bytes))).rejects.toThrow(
      / with 403: check the name, and run `docker login 127\.0\.0\.1:\d+` as a user with that permission/,
    );
  });
});
