import { randomBytes } from "node:crypto";
import { bodyOf } from "../../../stores/http/exchange";
import { digestOf } from "../../../stores/registry/content";
import { Repository, type RepositoryOptions } from "../../../stores/registry/repository";
import { MemoryRegistry } from "./memory-registry";

const name = "images/pause";
/** Three chunks: two of the usual length, and a rest. */
const chunkLength = 100_000;
const large = randomBytes(250_000);
const largeDigest = digestOf(large);
/** More than goes with a POST. */
const medium = Buffer.alloc(300_000, "medium");
const mediumDigest = digestOf(medium);
const small = Buffer.from("{}");
const smallDigest = digestOf(small);
const waited: number[] = [];
let registry: MemoryRegistry;

beforeEach(async () => {
  registry = await new MemoryRegistry().start();
  waited.length = 0;
});

afterEach(() => registry.stop());

function repository(uploads?: "put" | "stream" | "chunks", options: Partial<RepositoryOptions> = {}): Repository {
  const wait = async (milliseconds: number) => waited.push(milliseconds);
  const findLogin = async () => undefined;
  const own = { chunkLength, ...(uploads && { uploads }), ...options };
  return new Repository({ host: registry.host, name, access: "push", findLogin, wait, ...own });
}

/** The requests by method, with the ranges of chunks. */
function steps(): string[] {
  return registry.seen.map(({ method, headers }) => [method, headers["content-range"]].filter(Boolean).join(" "));
}

const isKept = (digest: string, bytes: Buffer) => registry.blobs.get(`${name} ${digest}`)?.equals(bytes) === true;

describe("in one request", () => {
  test("a small blob goes with the POST", async () => {
    await repository().upload(smallDigest, bodyOf(small));
    expect([steps(), isKept(smallDigest, small)]).toEqual([["POST"], true]);
  });

  test("a registry that starts an upload instead gets small blobs with PUT from then on", async () => {
    registry.singlePost = false;
    const to = repository();
    await to.upload(smallDigest, bodyOf(small));
    await to.upload(digestOf(Buffer.from("[]")), bodyOf(Buffer.from("[]")));
    expect(steps()).toEqual(["POST", "PUT", "POST", "PUT"]);
    expect(registry.seen.map(({ path }) => path.includes("digest="))).toEqual([true, true, false, true]);
  });

  test.each([400, 403, 405])("a registry that answers such a POST with %d gets the usual form", async (status) => {
    registry.instead = ({ path }) => (path.includes("uploads/?digest=") ? { status } : undefined);
    await repository().upload(smallDigest, bodyOf(small));
    expect(isKept(smallDigest, small)).toBe(true);
  });

  test("a large blob goes with PUT, and streamed with PATCH", async () => {
    await repository().upload(mediumDigest, bodyOf(medium));
    await repository("stream").upload(mediumDigest, bodyOf(medium));
    expect(steps()).toEqual(["POST", "PUT", "POST", "PATCH", "PUT"]);
    expect(registry.seen.at(-1)?.path).toMatch(/session-2\?state=1&digest=sha256/);
  });

  test("an absolute Location with a query is used as it is", async () => {
    registry.changed = ({ method }, answer) =>
      method === "POST"
        ? { ...answer, headers: { Location: `http://${registry.host}${answer.headers?.Location}&_sig=a%2Fb%3D` } }
        : answer;
    await repository().upload(mediumDigest, bodyOf(medium));
    expect(registry.seen.at(-1)?.path).toContain("?state=1&_sig=a%2Fb%3D&digest=sha256");
  });

  test("sha512: the registry knows the algorithm before the bytes come", async () => {
    const digest = digestOf(medium, "sha512");
    await repository().upload(digest, bodyOf(medium));
    expect(registry.asked("POST")).toEqual([`POST /v2/${name}/blobs/uploads/?digest-algorithm=sha512`]);
    expect(await repository().headBlob(digest)).toBe(medium.length);
    const chunks: Buffer[] = [];
    const blob = { mediaType: "", digest, size: medium.length };
    for await (const chunk of repository().readBlob(blob)) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(medium)).toBe(true);
  });
});

describe("in chunks", () => {
  const usual = ["POST", "PATCH 0-99999", "PATCH 100000-199999", "PATCH 200000-249999", "PUT"];

  test("of the usual length", async () => {
    await repository("chunks").upload(largeDigest, bodyOf(large));
    expect([steps(), isKept(largeDigest, large)]).toEqual([usual, true]);
  });

  test("where the registry refuses one request, and from then on", async () => {
    registry.chunksOnly = true;
    const to = repository();
    await to.upload(largeDigest, bodyOf(large));
    expect(steps()).toEqual(["POST", "PUT", "DELETE", ...usual]);
    registry.seen.length = 0;
    await to.upload(largeDigest, bodyOf(large));
    expect(steps()).toEqual(usual);
  });

  test("as long as the registry requires", async () => {
    registry.smallestChunk = 120_000;
    await repository("chunks").upload(largeDigest, bodyOf(large));
    expect(steps()).toEqual(["POST", "PATCH 0-119999", "PATCH 120000-239999", "PATCH 240000-249999", "PUT"]);
    registry.smallestChunk = 100 * 1024 * 1024;
    await expect(repository("chunks").upload(largeDigest, bodyOf(large))).rejects.toMatchObject({
      fault: "unsupported",
    });
    expect(registry.uploads.open).toBe(0);
  });

  test.each([
    ["nothing of", 0],
    ["a part of", 30_000],
    ["all of", chunkLength],
  ])("after an interruption that left %s a chunk, it continues there", async (_, kept) => {
    let count = 0;
    registry.changed = ({ method }, answer) => {
      if (method !== "PATCH" || ++count !== 2) return answer;
      registry.uploads.truncate(chunkLength + kept);
      return { status: 500 };
    };
    await repository("chunks").upload(largeDigest, bodyOf(large));
    expect(isKept(largeDigest, large)).toBe(true);
    const from = chunkLength + kept;
    expect(steps()).toEqual([
      ...usual.slice(0, 3),
      "GET",
      ...(kept === chunkLength ? [] : [`PATCH ${from}-199999`]),
      ...usual.slice(3),
    ]);
  });

  test("after a 416 it asks, and continues", async () => {
    let first = true;
    registry.instead = ({ method }) => {
      if (method !== "PATCH" || !first) return undefined;
      first = false;
      return { status: 416 };
    };
    await repository("chunks").upload(largeDigest, bodyOf(large));
    expect(isKept(largeDigest, large)).toBe(true);
    expect(steps().slice(0, 4)).toEqual(["POST", "PATCH 0-99999", "GET", "PATCH 0-99999"]);
  });

  test("if earlier chunks are lost, the upload starts again", async () => {
    let count = 0;
    registry.changed = ({ method }, answer) => {
      if (method !== "PATCH" || ++count !== 2) return answer;
      registry.uploads.truncate(5);
      return { status: 500 };
    };
    await repository("chunks").upload(largeDigest, bodyOf(large));
    expect(isKept(largeDigest, large)).toBe(true);
    expect(registry.asked("POST")).toHaveLength(2);
  });

  test("a registry that never takes a chunk: an error after bounded attempts, and no open upload", async () => {
    registry.instead = ({ method }) => (method === "PATCH" ? { status: 500 } : undefined);
    await expect(repository("chunks").upload(largeDigest, bodyOf(large))).rejects.toMatchObject({ fault: "transient" });
    expect(registry.asked("PATCH")).toHaveLength(12);
    expect(registry.uploads.open).toBe(0);
  });
});

describe("mounts", () => {
  test("an upload that is started instead is used by the upload", async () => {
    const to = repository();
    expect(await to.mount(mediumDigest, "images/other")).toBe(false);
    await to.upload(mediumDigest, bodyOf(medium));
    expect(steps()).toEqual(["POST", "PUT"]);
    await to.close();
    expect(steps()).toEqual(["POST", "PUT"]);
  });

  test("one that nobody uses is cancelled", async () => {
    const to = repository();
    expect(await to.mount(mediumDigest, "images/other")).toBe(false);
    expect(registry.uploads.open).toBe(1);
    await to.close();
    expect([registry.uploads.open, steps()]).toEqual([0, ["POST", "DELETE"]]);
  });

  test("a repository may be left out", async () => {
    registry.blobs.set(` ${mediumDigest}`, medium);
    expect(await repository().mount(mediumDigest)).toBe(true);
    expect(registry.asked("POST")[0]).not.toContain("from=");
  });

  test("of repositories that were not known before come with a token for them", async () => {
    registry.auth = {};
    registry.blobs.set(`images/first ${mediumDigest}`, medium);
    registry.blobs.set(`images/second ${smallDigest}`, small);
    const to = repository();
    expect(await to.mount(mediumDigest, "images/first")).toBe(true);
    expect(await to.mount(smallDigest, "images/second")).toBe(true);
    expect(registry.seen.at(-1)?.authorization).toBe(
      "Bearer repository:images/pause:pull,push repository:images/first:pull repository:images/second:pull",
    );
  });
});
