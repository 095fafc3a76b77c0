import fc from "fast-check";
import { bodyOf } from "../../../stores/http/exchange";
import { digestOf } from "../../../stores/registry/content";
import { Repository } from "../../../stores/registry/repository";
import { StoreError } from "../../../stores/store-error";
import { runs } from "../../property-runs";
import { type Instead, MemoryRegistry } from "./memory-registry";

const name = "images/pause";
let registry: MemoryRegistry;

beforeAll(async () => {
  registry = await new MemoryRegistry().start();
});

afterAll(() => registry.stop());

/** What goes wrong with one request of a transfer. */
const mishap = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: "none" as const }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...(["reset", "lost", "416", "500", "429"] as const)).map((kind) => ({ kind })),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("cut" as const, "truncate" as const), at: fc.nat(5_000) }),
  },
);

type Mishap = { readonly kind: string; readonly at?: number };

/** Each mishap meets one request; the requests after the last one are fine. */
function arrange(mishaps: readonly Mishap[]): void {
  const left = mishaps.values();
  let current: Mishap = { kind: "none" };
  registry.early = () => {
    current = left.next().value ?? { kind: "none" };
    return current.kind === "reset" ? "reset" : undefined;
  };
  registry.instead = () =>
    current.kind === "416" || current.kind === "500" || current.kind === "429"
      ? { status: Number(current.kind) }
      : undefined;
  registry.changed = (_, answer): Instead => {
    if (current.kind === "lost") return { status: 500 };
    if (current.kind === "truncate") registry.uploads.truncate(current.at ?? 0);
    return current.kind === "cut" ? { ...answer, cutAfter: current.at ?? 0 } : answer;
  };
}

function open(uploads: "put" | "stream" | "chunks"): Repository {
  const options = { host: registry.host, name, access: "push", findLogin: async () => undefined } as const;
  return new Repository({ ...options, wait: async () => {}, uploads, chunkLength: 1_000 });
}

test("whatever goes wrong, an upload has stored the right bytes, or fails and has stored none", async () => {
  const mode = fc.constantFrom("put" as const, "stream" as const, "chunks" as const);
  const size = fc.integer({ min: 0, max: 40_000 });
  await fc.assert(
    fc.asyncProperty(mode, size, fc.array(mishap, { maxLength: 12 }), async (uploads, length, mishaps) => {
      const bytes = Buffer.alloc(length, "0123456789");
      const digest = digestOf(bytes);
      registry.blobs.clear();
      arrange(mishaps);
      const failure = await open(uploads)
        .upload(digest, bodyOf(bytes))
        .catch((error: unknown) => error);
      const kept = registry.blobs.get(`${name} ${digest}`);
      if (failure === undefined) expect(kept?.equals(bytes)).toBe(true);
      else expect(failure).toBeInstanceOf(StoreError);
      expect([...registry.blobs.values()].every((each) => each.equals(bytes))).toBe(true);
    }),
    runs(30),
  );
});

test("whatever goes wrong, a download gives the right bytes, or fails", async () => {
  const size = fc.integer({ min: 0, max: 40_000 });
  await fc.assert(
    fc.asyncProperty(size, fc.boolean(), fc.array(mishap, { maxLength: 12 }), async (length, ranges, mishaps) => {
      const bytes = Buffer.alloc(length, "0123456789");
      const digest = digestOf(bytes);
      registry.blobs.set(`${name} ${digest}`, bytes);
      registry.ranges = ranges;
      arrange(mishaps);
      const chunks: Buffer[] = [];
      let failure: unknown;
      try {
        for await (const chunk of open("put").readBlob({ mediaType: "", digest, size: length })) chunks.push(chunk);
      } catch (error) {
        failure = error;
      }
      const received = Buffer.concat(chunks);
      expect(bytes.subarray(0, received.length).equals(received)).toBe(true);
      if (failure === undefined) expect(received).toHaveLength(length);
      else expect(failure).toBeInstanceOf(StoreError);
    }),
    runs(30),
  );
});
