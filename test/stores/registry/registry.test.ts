import { bodyOf } from "../../../stores/http/exchange";
import { createJsonContent, digestOf } from "../../../stores/registry/content";
import type { Login } from "../../../stores/registry/docker-login";
import { mediaTypes } from "../../../stores/registry/media-types";
import { Registry } from "../../../stores/registry/registry";
import type { Repository } from "../../../stores/registry/repository";
import { MemoryRegistry } from "./memory-registry";

const digest = digestOf(Buffer.from("x"));
const login: Login = { username: "ada", password: "secret" };
let double: MemoryRegistry;
let time = 0;
const asked: string[] = [];

beforeEach(async () => {
  double = await new MemoryRegistry().start();
  time = 1_000;
  asked.length = 0;
});

afterEach(() => double.stop());

function registry(
  findLogin = async (host: string): Promise<Login | undefined> => {
    asked.push(host);
    return login;
  },
): Registry {
  return new Registry({ host: double.host, access: "pull", findLogin, wait: async () => {} }, () => time);
}

async function collect(pages: AsyncIterable<readonly string[]>): Promise<string[]> {
  const all: string[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

const requests = () => double.seen.map(({ method, path }) => `${method} ${path.replace(/\?.*/, "")}`);

test("the second repository has its token before its first request", async () => {
  double.auth = { login: "ada:secret" };
  const from = registry();
  await from.open("one").has(digest);
  await from.open("two/deep").has(digest);
  const [one, two] = [`HEAD /v2/one/blobs/${digest}`, `HEAD /v2/two/deep/blobs/${digest}`];
  expect(requests()).toEqual([one, "GET /token", one, "GET /token", two]);
  expect(double.seen.at(-1)?.authorization).toBe("Bearer repository:two/deep:pull");
});

test("Basic takes one request more for all repositories together", async () => {
  const right = `Basic ${Buffer.from("ada:secret").toString("base64")}`;
  double.instead = ({ authorization }) =>
    authorization === right ? undefined : { status: 401, headers: { "WWW-Authenticate": 'Basic realm="here"' } };
  const from = registry();
  for (const name of ["one", "two", "three"]) await from.open(name).has(digest);
  expect(double.seen).toHaveLength(4);
  expect(asked).toEqual([double.host]);
});

test("the login is looked up once in five minutes, and again after a failure", async () => {
  double.auth = {};
  const from = registry();
  await Promise.all(["one", "two"].map((name) => from.open(name).has(digest)));
  expect(asked).toHaveLength(1);
  time += 300_000;
  await from.open("three").has(digest);
  expect(asked).toHaveLength(2);
  let failures = 1;
  const failing = registry(async () => {
    if (failures-- > 0) throw new Error("the helper is broken");
    return undefined;
  });
  await expect(failing.open("one").has(digest)).rejects.toThrow("the helper is broken");
  expect(await failing.open("one").has(digest)).toBe(false);
});

test("a token server that is down when asked in advance: the registry's own challenge is answered", async () => {
  double.auth = {};
  const from = registry();
  await from.open("one").has(digest);
  let failures = 1;
  double.instead = ({ path }) => (path.startsWith("/token") && failures-- > 0 ? { status: 503 } : undefined);
  expect(await from.open("two").has(digest)).toBe(false);
  expect(requests().slice(3)).toEqual([
    "GET /token",
    `HEAD /v2/two/blobs/${digest}`,
    "GET /token",
    `HEAD /v2/two/blobs/${digest}`,
  ]);
});

test("requests at once, before a login that is not there: each is answered without one", async () => {
  const challenge = { "WWW-Authenticate": 'Basic realm="here"' };
  double.instead = ({ path }) => (path.includes("/private/") ? { status: 401, headers: challenge } : undefined);
  const from = registry(async () => undefined);
  await expect(from.open("private").has(digest)).rejects.toMatchObject({ fault: "denied" });
  const open = from.open("public");
  expect(await Promise.all([open.has(digest), open.has(digest)])).toEqual([false, false]);
});

describe("what one repository learns, the others know", () => {
  const subject = createJsonContent(mediaTypes.manifest, { schemaVersion: 2, layers: [] });
  const open = () => registry(async () => undefined);

  test("that the registry lists no digests", async () => {
    for (const name of ["one", "two", "three"]) double.tag(name, subject, "v1");
    const from = open();
    const lists = await Promise.all(["one", "two", "three"].map((name) => from.open(name).digestsByTag()));
    expect(lists).toEqual([undefined, undefined, undefined]);
    expect(requests()).toEqual(["GET /v2/one/tags/list"]);
  });

  test("that it lists digests; an empty repository says nothing about that", async () => {
    double.listsDigests = true;
    double.tag("two", subject, "v1");
    const from = open();
    const lists = await Promise.all(["none", "two"].map((name) => from.open(name).digestsByTag()));
    expect(lists.map((list) => list?.digests.size)).toEqual([0, 1]);
  });

  test("that a blob is not taken with the POST", async () => {
    double.singlePost = false;
    const from = new Registry({ host: double.host, access: "push", findLogin: async () => undefined });
    for (const name of ["one", "two"]) await from.open(name).upload(digest, bodyOf(Buffer.from("x")));
    expect(requests().filter((line) => line.startsWith("POST"))).toEqual([
      "POST /v2/one/blobs/uploads/",
      "POST /v2/two/blobs/uploads/",
    ]);
  });

  test("that there is no API for referrers; a list that is not among the tags is not asked for", async () => {
    double.referrers = false;
    const from = open();
    const tags = new Set(["v1"]);
    for (const name of ["one", "two"]) expect(await from.open(name).referrers(digest, undefined, tags)).toEqual([]);
    expect(requests()).toEqual([`GET /v2/one/referrers/${digest}`]);
    await from.open("two").referrers(digest);
    expect(requests()).toHaveLength(2);
  });
});

test("manifests are read once, as long as there is room", async () => {
  const contents = ["a", "b"].map((name) =>
    createJsonContent(mediaTypes.manifest, { schemaVersion: 2, layers: [], annotations: { name } }),
  );
  for (const content of contents) double.tag("one", content);
  const from = new Registry({ host: double.host, access: "pull", findLogin: async () => undefined, kept: 1_000 });
  const [first, second] = contents.map((content) => content.digest) as [string, string];
  for (const each of [first, first, second, first]) {
    expect((await from.open("one").getManifest(each)).digest).toBe(each);
  }
  expect(double.seen).toHaveLength(3);
});

test.each([
  ["tags", false, (from: Repository) => collect(from.tags())],
  ["digests", true, (from: Repository) => from.digestsByTag()],
])(
  "tags are listed once, also if they came with %s; those of a registry that keeps nothing each time",
  async (_, lists, read) => {
    double.listsDigests = lists;
    const content = createJsonContent(mediaTypes.manifest, { schemaVersion: 2, layers: [] });
    double.tag("one", content, "v1");
    for (const [kept, times] of [
      [10_000, 1],
      [510, 2],
      [0, 2],
    ] as const) {
      const from = new Registry({ host: double.host, access: "pull", findLogin: async () => undefined, kept });
      double.seen.length = 0;
      await read(from.open("one"));
      expect(await collect(from.open("one").tags())).toEqual(["v1"]);
      expect(await collect(from.open("two").tags())).toEqual([]);
      expect([kept, requests().filter((request) => request.startsWith("GET /v2/one/tags/list"))]).toMatchObject([
        kept,
        { length: times },
      ]);
    }
  },
);

test("a list of tags that was not read to its end is not kept", async () => {
  for (let number = 0; number < 3; number++) {
    double.tag("one", createJsonContent(mediaTypes.manifest, { schemaVersion: 2, number }), `v${number}`);
  }
  const from = new Registry({ host: double.host, access: "pull", findLogin: async () => undefined, kept: 10_000 });
  for await (const page of from.open("one").tags()) if (page.length > 0) break;
  await collect(from.open("one").tags());
  expect(requests().filter((request) => request.startsWith("GET /v2/one/tags/list")).length).toBeGreaterThan(1);
});

test("a repository is opened once", () => {
  const from = registry();
  expect(from.open("one")).toBe(from.open("one"));
});
