import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type Body, bodyOf } from "../../../stores/http/exchange";
import { HostLimits } from "../../../stores/http/host-limits";
import { createContent, createJsonContent, descriptorOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { Repository, type RepositoryOptions } from "../../../stores/registry/repository";
import { requireBounded } from "../../../stores/registry/tag-list";
import { type StoreFault, TransientError } from "../../../stores/store-error";
import { type Early, type Instead, MemoryRegistry, type Seen } from "./memory-registry";

const name = "images/pause";
const blob = createContent(mediaTypes.layer, Buffer.alloc(300_000, "layer"));
const other = Buffer.alloc(300_000, "other");
const manifest = createJsonContent(mediaTypes.manifest, { schemaVersion: 2 });
const waited: number[] = [];
let registry: MemoryRegistry;

beforeEach(async () => {
  registry = await new MemoryRegistry().start();
  waited.length = 0;
});

afterEach(() => registry.stop());

function repository(options: Partial<RepositoryOptions> = {}): Repository {
  const wait = async (milliseconds: number) => waited.push(milliseconds);
  const findLogin = async () => undefined;
  return new Repository({
    host: registry.host,
    name,
    access: "push",
    findLogin,
    wait,
    limits: new HostLimits(),
    ...options,
  });
}

const upload = (body: Body = bodyOf(blob.bytes)) => repository().upload(blob.digest, body);
const read = async () => buffer(Readable.from(repository().readBlob(descriptorOf(blob))));
const isKept = () => registry.blobs.get(`${name} ${blob.digest}`)?.equals(blob.bytes) === true;

type Match = (seen: Seen) => boolean;

const puts: Match = ({ method }) => method === "PUT";
const gets: Match = ({ method }) => method === "GET";
const any: Match = () => true;

/** Something that happens to the first requests that match. */
function first<T>(count: number, match: Match, happens: (seen: Seen) => T): (seen: Seen) => T | undefined {
  let left = count;
  return (seen) => (match(seen) && left-- > 0 ? happens(seen) : undefined);
}

const answers = (count: number, match: Match, answer: Instead) => () => {
  registry.instead = first(count, match, () => answer);
};
const early = (count: number, match: Match, answer: Early) => () => {
  registry.early = first(count, match, () => answer);
};

interface Row {
  readonly fault: string;
  readonly arrange: () => void;
  /** The pauses before other attempts. */
  readonly pauses: readonly number[];
}

const reset: Early = "reset";

describe("an upload succeeds in spite of", () => {
  const date = new Date(Date.now() + 3_600_000).toUTCString();
  test.each<Row>([
    { fault: "429", arrange: answers(1, any, { status: 429 }), pauses: [1_000] },
    {
      fault: "429 with seconds",
      arrange: answers(2, puts, { status: 429, headers: { "Retry-After": "9" } }),
      pauses: [9_000, 9_000],
    },
    {
      fault: "429 with a past date",
      arrange: answers(1, any, { status: 429, headers: { "Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT" } }),
      pauses: [0],
    },
    {
      fault: "429 with a window",
      arrange: answers(1, any, { status: 429, headers: { RateLimit: '"default";r=0;t=30' } }),
      pauses: [30_000],
    },
    {
      fault: "503 with seconds",
      arrange: answers(1, puts, { status: 503, headers: { "Retry-After": "5" } }),
      pauses: [5_000],
    },
    { fault: "500", arrange: answers(3, puts, { status: 500 }), pauses: [1_000, 2_000, 4_000] },
    { fault: "a reset before the upload", arrange: early(1, any, reset), pauses: [1_000] },
    { fault: "a reset in the middle of it", arrange: early(1, puts, reset), pauses: [1_000] },
    { fault: "a session that is gone", arrange: answers(1, puts, { status: 404 }), pauses: [1_000] },
    {
      fault: "a body that is too long for one request",
      arrange: () => {
        registry.chunksOnly = true;
      },
      pauses: [],
    },
  ])("$fault", async ({ arrange, pauses }) => {
    arrange();
    await upload();
    expect(isKept()).toBe(true);
    expect(waited).toEqual(pauses);
    expect(registry.uploads.open).toBeLessThanOrEqual(pauses.length);
  });

  test("a token that expires while the body is sent: the body is opened and sent again", async () => {
    registry.auth = {};
    const challenge = `Bearer realm="http://${registry.host}/token",scope="repository:${name}:pull"`;
    registry.instead = first(1, puts, () => ({ status: 401, headers: { "WWW-Authenticate": challenge } }));
    let opened = 0;
    const open = () => {
      opened++;
      return Readable.from([blob.bytes]);
    };
    await upload({ length: blob.bytes.length, open });
    expect([opened, isKept(), waited]).toEqual([2, true, []]);
  });

  test("a 401 before the body was read: the rest is not sent", async () => {
    registry.auth = {};
    const challenge = `Bearer realm="http://${registry.host}/token",scope="repository:${name}:pull"`;
    registry.early = first(1, puts, () => ({
      status: 401,
      headers: { "WWW-Authenticate": challenge, Connection: "close" },
    }));
    await upload();
    expect(isKept()).toBe(true);
  });

  test("a stall, once", async () => {
    registry.early = first(1, puts, () => "stall" as const);
    await repository({ patience: 250 }).upload(blob.digest, bodyOf(blob.bytes));
    expect(isKept()).toBe(true);
    expect(waited).toEqual([1_000]);
  });

  test("a pause that ends at a date", async () => {
    answers(1, any, { status: 429, headers: { "Retry-After": date } })();
    // An hour is more than anybody waits for: a caller that repeats what is temporary gives up, too.
    const error: unknown = await upload().catch((caught) => caught);
    expect(error).toMatchObject({ fault: "throttled", message: expect.stringContaining("try again in 60 minutes") });
    expect(error).not.toBeInstanceOf(TransientError);
    expect(waited).toEqual([]);
  });
});

describe("an upload fails after", () => {
  test.each<Row & { readonly as: StoreFault }>([
    {
      fault: "429 without end",
      arrange: answers(99, any, { status: 429 }),
      pauses: [1_000, 2_000, 4_000],
      as: "throttled",
    },
    {
      fault: "500 without end",
      arrange: answers(99, puts, { status: 500 }),
      pauses: [1_000, 2_000, 4_000],
      as: "transient",
    },
    { fault: "resets without end", arrange: early(99, puts, reset), pauses: [1_000, 2_000, 4_000], as: "transient" },
    { fault: "403", arrange: answers(99, puts, { status: 403 }), pauses: [], as: "denied" },
    { fault: "401 without a challenge", arrange: answers(99, any, { status: 401 }), pauses: [], as: "denied" },
    { fault: "an unknown repository", arrange: answers(99, any, { status: 404 }), pauses: [], as: "absent" },
    { fault: "405", arrange: answers(99, any, { status: 405 }), pauses: [], as: "unsupported" },
    {
      fault: "a redirect",
      arrange: answers(99, puts, { status: 307, headers: { Location: "/elsewhere" } }),
      pauses: [],
      as: "refused",
    },
  ])("$fault", async ({ arrange, pauses, as }) => {
    arrange();
    await expect(upload()).rejects.toMatchObject({ fault: as });
    expect(waited).toEqual(pauses);
    expect(isKept()).toBe(false);
  });

  test("two stalls, with a clear error", async () => {
    registry.early = first(99, puts, () => "stall" as const);
    await expect(repository({ patience: 60 }).upload(blob.digest, bodyOf(blob.bytes))).rejects.toThrow(
      /^127\.0\.0\.1:\d+ stalled: nothing was sent or received for 1 seconds/,
    );
    expect(waited).toEqual([1_000]);
  });

  test("other bytes than announced: corrupt, and at once", async () => {
    await expect(upload(bodyOf(other))).rejects.toMatchObject({ fault: "corrupt" });
    expect([registry.blobs.size, waited, registry.uploads.open]).toEqual([0, [], 0]);
  });

  test("an error of the body, which is thrown as it is", async () => {
    const own = new Error("the source is gone");
    const failing = async function* () {
      yield blob.bytes.subarray(0, 100_000);
      throw own;
    };
    await expect(upload({ length: 300_000, open: () => Readable.from(failing()) })).rejects.toBe(own);
    expect([waited, registry.blobs.size]).toEqual([[], 0]);
  });

  test("an abort: its reason is thrown, and the upload is cancelled", async () => {
    const abort = new AbortController();
    const reason = new Error("no longer needed");
    registry.early = first(1, puts, () => {
      abort.abort(reason);
      return "stall" as const;
    });
    await expect(repository().upload(blob.digest, bodyOf(blob.bytes), abort.signal)).rejects.toBe(reason);
    expect(registry.asked("DELETE")).toHaveLength(1);
    expect(registry.uploads.open).toBe(0);
  });
});

test("an abort in a pause ends it at once", async () => {
  const abort = new AbortController();
  const reason = new Error("no longer needed");
  answers(1, any, { status: 429 })();
  const wait = () => new Promise(() => abort.abort(reason));
  await expect(repository({ wait }).upload(blob.digest, bodyOf(blob.bytes), abort.signal)).rejects.toBe(reason);
});

test("more uploads than a host may have at once, whose bodies are read from the same host", async () => {
  registry.auth = {};
  registry.hold("source", blob);
  const options = { limits: new HostLimits(() => ({ concurrent: 2, perSecond: 1e9 })) };
  const source = repository({ ...options, name: "source", findLogin: async () => ({ identityToken: "refresh" }) });
  const to = repository({ ...options, findLogin: async () => ({ identityToken: "refresh" }) });
  const open = () => Readable.from(source.readBlob(descriptorOf(blob)));
  const uploads = [1, 2, 3, 4, 5].map(() => to.upload(blob.digest, { length: blob.bytes.length, open }));
  await Promise.all(uploads);
  expect(isKept()).toBe(true);
});

describe("what was written is confirmed", () => {
  const confirm = () => repository().confirmBlob(blob.digest, blob.bytes.length);

  test("a registry that says 201 and keeps nothing", async () => {
    registry.forgets = true;
    await upload();
    await expect(confirm()).rejects.toMatchObject({
      fault: "absent",
      message: expect.stringMatching(/accepted .* but does not have it: push it again/),
    });
    expect(waited).toEqual([250, 1_000, 2_000, 4_000, 8_000]);
  });

  test("404 for a while after the write", async () => {
    await upload();
    registry.instead = first(
      2,
      ({ method }) => method === "HEAD",
      () => ({ status: 404 }),
    );
    await confirm();
    expect(waited).toEqual([250, 1_000]);
  });

  test.each<[string, (of: Repository, signal: AbortSignal) => Promise<void>]>([
    ["blob", (of, signal) => of.confirmBlob(blob.digest, blob.bytes.length, signal)],
    ["manifest", (of, signal) => of.confirmManifest(manifest.digest, "3.9", signal)],
  ])("an abort in a pause before a %s is asked for again ends the wait at once", async (_, confirmed) => {
    const reason = new Error("no longer needed");
    const abort = new AbortController();
    /** Never gets to the end of a pause: the abort comes in its middle. */
    const wait = () => new Promise(() => queueMicrotask(() => abort.abort(reason)));
    await expect(confirmed(repository({ wait }), abort.signal)).rejects.toBe(reason);
  });

  test("another size: corrupt", async () => {
    registry.blobs.set(`${name} ${blob.digest}`, Buffer.alloc(3));
    await expect(confirm()).rejects.toMatchObject({ fault: "corrupt" });
  });

  test("a tag that still leads to the old digest for a while, and forever", async () => {
    const old = createJsonContent(mediaTypes.manifest, { schemaVersion: 2, annotations: { old: "yes" } });
    registry.tag(name, manifest, "3.9");
    registry.changed = (_, answer) =>
      waited.length < 2 ? { ...answer, headers: { ...answer.headers, "Docker-Content-Digest": old.digest } } : answer;
    await repository().confirmManifest(manifest.digest, "3.9");
    expect(waited).toEqual([250, 1_000]);
    registry.tag(name, old, "3.9");
    await expect(repository().confirmManifest(manifest.digest, "3.9")).rejects.toMatchObject({ fault: "corrupt" });
  });

  test("a manifest that is stored as another digest: corrupt", async () => {
    registry.changed = (_, answer) => ({ ...answer, headers: { "Docker-Content-Digest": blob.digest } });
    await expect(repository().put(manifest)).rejects.toMatchObject({ fault: "corrupt" });
  });
});

describe("a download succeeds in spite of", () => {
  const cut = (bytes: number) => (seen: Seen, answer: Instead) =>
    gets(seen) && seen.headers.range === undefined ? { ...answer, cutAfter: bytes } : answer;

  beforeEach(() => registry.hold(name, blob));

  test.each<Row>([
    { fault: "a reset", arrange: early(1, gets, reset), pauses: [1_000] },
    {
      fault: "a cut at the start",
      arrange: () => {
        registry.changed = cut(0);
      },
      pauses: [1_000, 1_000, 1_000],
    },
    {
      fault: "a cut in the middle",
      arrange: () => {
        registry.changed = cut(200_000);
      },
      pauses: [1_000],
    },
    { fault: "503", arrange: answers(2, gets, { status: 503 }), pauses: [1_000, 2_000] },
  ])("$fault", async ({ arrange, pauses, fault }) => {
    arrange();
    if (fault === "a cut at the start") {
      const { changed } = registry;
      let cuts = 3;
      registry.changed = (seen, answer) => (cuts-- > 0 ? changed(seen, answer) : answer);
    }
    expect((await read()).equals(blob.bytes)).toBe(true);
    expect(waited).toEqual(pauses);
  });

  test("a cut at a registry without ranges: what came before is skipped", async () => {
    registry.ranges = false;
    let cuts = 1;
    registry.changed = (_, answer) => (cuts-- > 0 ? { ...answer, cutAfter: 200_000 } : answer);
    expect((await read()).equals(blob.bytes)).toBe(true);
  });
});

describe("a download fails after", () => {
  beforeEach(() => registry.hold(name, blob));

  test.each<Row & { readonly as: StoreFault }>([
    {
      fault: "cuts without end",
      arrange: () => {
        registry.changed = (_, answer) => ({ ...answer, cutAfter: 0 });
      },
      pauses: [1_000, 1_000, 1_000],
      as: "transient",
    },
    { fault: "other bytes", arrange: answers(99, gets, { status: 200, body: other }), pauses: [], as: "corrupt" },
    {
      fault: "another length",
      arrange: answers(99, gets, { status: 200, body: Buffer.alloc(9) }),
      pauses: [],
      as: "corrupt",
    },
    { fault: "404", arrange: answers(99, gets, { status: 404 }), pauses: [], as: "absent" },
    { fault: "403", arrange: answers(99, gets, { status: 403 }), pauses: [], as: "denied" },
    {
      fault: "a redirect to this machine's metadata",
      arrange: answers(99, gets, { status: 307, headers: { Location: "http://169.254.169.254/" } }),
      pauses: [],
      as: "refused",
    },
  ])("$fault", async ({ arrange, pauses, as }) => {
    arrange();
    await expect(read()).rejects.toMatchObject({ fault: as });
    expect(waited).toEqual(pauses);
  });

  test("another range than was requested", async () => {
    answers(99, gets, { status: 206, headers: { "Content-Range": "bytes 7-9/10" }, body: Buffer.alloc(3) })();
    await expect(repository().openBlob(descriptorOf(blob), { from: 5 })).rejects.toThrow(/the range "bytes 7-9\/10"/);
  });

  test("an abort, with its reason", async () => {
    const abort = new AbortController();
    const body = await repository().openBlob(descriptorOf(blob), { signal: abort.signal });
    const reason = new Error("no longer needed");
    abort.abort(reason);
    await expect(buffer(body)).rejects.toBe(reason);
  });
});

test.each(["10.0.0.1:5000", "[fd00::1]", "127.0.0.1:1", "localhost:1"])(
  "a registry that must be public, at %s: no connection is made",
  async (host) => {
    const source = repository({ host, publicOnly: true, access: "pull" });
    await expect(source.headManifest("latest")).rejects.toThrow(/is not on the public internet/);
    expect(waited).toEqual([]);
  },
);

describe("lists of a hostile registry", () => {
  const list = async () => {
    for await (const _ of repository().tags());
  };

  test.each([
    [
      "a page that names itself as the next",
      () => ({ headers: { Link: '<?n=1000>; rel="next"' }, body: '{"tags":["a"]}' }),
      /has no end/,
    ],
    [
      "a next page at another host inside",
      () => ({ headers: { Link: '<http://10.0.0.1/>; rel="next"' }, body: '{"tags":["a"]}' }),
      /not HTTPS/,
    ],
    ["a tag with a slash", () => ({ body: '{"tags":["../../x"]}' }), /"\.\.\/\.\.\/x", which is not a tag/],
    [
      "a text that is not a digest",
      () => ({ body: '{"tags":[],"manifest":{"sha256:1":{"tag":[]}}}' }),
      /"sha256:1", which is not a digest/,
    ],
    ["no JSON", () => ({ body: "<html>" }), /does not send a list of tags/],
  ] as const)("%s", async (_, answer, message) => {
    registry.instead = () => {
      const { headers, body } = answer() as { headers?: Record<string, string>; body: string };
      return { status: 200, body: Buffer.from(body), ...(headers && { headers }) };
    };
    await expect(list()).rejects.toThrow(message);
  });

  const many = (count: number, from: number) =>
    Array.from({ length: count }, (_, index) => (from + index).toString(36));

  test("more tags than can be kept are one error, on whatever pages they are", async () => {
    let pages = 0;
    registry.instead = () => {
      const headers = { Link: `<?last=${pages}>; rel="next"` };
      return { status: 200, headers, body: Buffer.from(JSON.stringify({ tags: many(100_000, 100_000 * pages++) })) };
    };
    await expect(list()).rejects.toThrow(
      /^127\.0\.0\.1:\d+ lists more than 250,000 tags for \S+: delete there what nobody needs$/,
    );
    expect(pages).toBe(3);
  });

  test("more tags of a digest than can be kept are one error, and so are more digests", async () => {
    const manifest = { [blob.digest]: { tag: many(250_001, 0) } };
    registry.instead = () => ({ status: 200, body: Buffer.from(JSON.stringify({ tags: [], manifest })) });
    await expect(list()).rejects.toThrow("lists more than 250,000 tags for");
    const from = { host: "gcr.io", name: "app" };
    expect(() => requireBounded({ tags: 250_000, digests: 250_000 }, from)).not.toThrow();
    expect(() => requireBounded({ tags: 0, digests: 250_001 }, from)).toThrow(
      "gcr.io lists more than 250,000 digests for app: delete there what nobody needs",
    );
  });

  test("referrers that are a page for browsers: the tag schema is read instead", async () => {
    registry.referrers = false;
    registry.instead = ({ path }) =>
      path.includes("/referrers/") ? { status: 200, body: Buffer.from("<html>") } : undefined;
    expect(await repository().referrers(blob.digest)).toEqual([]);
    expect(registry.asked("GET").at(-1)).toContain(`/manifests/${blob.digest.replace(":", "-")}`);
  });
});
