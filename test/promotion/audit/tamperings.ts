import fc from "fast-check";
import { createJsonContent } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import type { MemoryBucket } from "../../stores/memory-bucket";
import type { MemoryPlace } from "../run/memory-place";
import type { SmallPromotion } from "../run/small-promotion";

/** Something that was done to a mirror behind the promotion's back. */
export interface Tampering {
  /** As docs/audit.md names it. */
  readonly name: string;
  /** What the audit says: `TARGET STATE NAME`. */
  tamper(promotion: SmallPromotion): readonly string[];
}

const repository = "mirrors/app/server";

/** The bytes with one that is different. */
export function alter(bytes: Buffer): Buffer {
  const altered = Buffer.from(bytes);
  altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
  return altered;
}

export function bucketOf(promotion: SmallPromotion, mirror: string): MemoryBucket {
  const bucket = promotion.buckets.get(mirror);
  if (!bucket) throw new Error(`${mirror} has no bucket`);
  return bucket;
}

export function registryOf(promotion: SmallPromotion, mirror: string): MemoryPlace {
  const place = promotion.places.get(`${mirror} registry`);
  if (!place) throw new Error(`${mirror} has no registry`);
  return place;
}

/** A manifest that nobody promoted. */
export const foreignImage = createJsonContent(mediaTypes.index, {
  schemaVersion: 2,
  mediaType: mediaTypes.index,
  manifests: [],
  annotations: { from: "somebody else" },
});

function blobKey(promotion: SmallPromotion): string {
  const keys = [...bucketOf(promotion, "aws/us").objects.keys()].filter((key) => key.startsWith("containers/images/"));
  return keys.sort()[0] ?? "";
}

/** The five ways in which the audit is tested against a mirror that was tampered with. */
export const tamperings: readonly Tampering[] = [
  {
    name: "an object deleted from a bucket",
    tamper: (promotion) => {
      bucketOf(promotion, "azure/west").objects.delete("v1/tool");
      return ["azure/west files missing v1/tool"];
    },
  },
  {
    name: "other bytes of the same size",
    tamper: (promotion) => {
      const key = blobKey(promotion);
      const bucket = bucketOf(promotion, "aws/us");
      bucket.hold(key, alter(bucket.objects.get(key)?.bytes ?? Buffer.alloc(1)));
      return [`aws/us blobs other ${key.slice("containers/images/".length)}`];
    },
  },
  {
    name: "a tag that leads to another image",
    tamper: (promotion) => {
      const held = registryOf(promotion, "google/eu").manifests.get(repository);
      const [, client] = promotion.images;
      const other = registryOf(promotion, "google/eu")
        .manifests.get("mirrors/app/client")
        ?.get(client?.digest ?? "");
      if (other) held?.set("v1", other);
      return ["google/eu registry other app/server:v1"];
    },
  },
  {
    name: "objects that nobody promoted",
    tamper: (promotion) => {
      bucketOf(promotion, "aws/us").hold("v1/tool.exe", "mine");
      registryOf(promotion, "google/eu").hold(repository, [], { latest: foreignImage });
      registryOf(promotion, "google/eu").hold("mirrors/miner", [foreignImage], { v1: foreignImage });
      return [
        "aws/us files unexpected v1/tool.exe",
        "google/eu registry unexpected app/server:latest",
        "google/eu registry unexpected miner",
      ];
    },
  },
  {
    name: "a child removed from an index",
    tamper: (promotion) => {
      const held = registryOf(promotion, "google/eu").manifests.get(repository);
      const index = held?.get("v1");
      const child = index && JSON.parse(index.bytes.toString()).manifests[0].digest;
      held?.delete(child);
      return [`google/eu registry missing app/server@${child}`];
    },
  },
];

/** Tampers with a random object of a random store, so that something that clients could get is different. */
export const anyTampering = fc.record({
  mirror: fc.constantFrom("aws/us", "azure/west", "google/us", "google/eu"),
  how: fc.constantFrom("delete", "alter", "add", "truncate"),
  at: fc.nat(1_000),
});

export function tamper(
  promotion: SmallPromotion,
  { mirror, how, at }: { mirror: string; how: string; at: number },
): void {
  const isRegistry = mirror === "google/eu";
  if (isRegistry) tamperWithRegistry(promotion, mirror, how, at);
  else {
    const bucket = bucketOf(promotion, mirror);
    const keys = [...bucket.objects.keys()].filter((key) => !key.startsWith("containers/complete/"));
    const key = keys[at % keys.length] ?? "";
    const { bytes = Buffer.alloc(0), recordedSha256 } = bucket.objects.get(key) ?? {};
    if (how === "delete") bucket.objects.delete(key);
    else if (how === "add") bucket.hold(`v1/${at}`, "foreign");
    else bucket.hold(key, how === "alter" ? alter(bytes) : bytes.subarray(1), { recordedSha256 });
  }
}

function tamperWithRegistry(promotion: SmallPromotion, mirror: string, how: string, at: number): void {
  const { blobs, manifests } = registryOf(promotion, mirror);
  const repositories = [...manifests.keys()].sort();
  const repository = repositories[at % repositories.length] ?? "";
  const [held, kept] = [manifests.get(repository), blobs.get(repository)];
  const references = [...(held?.keys() ?? [])];
  const digests = [...(kept?.keys() ?? [])];
  const digest = digests[at % digests.length] ?? "";
  const bytes = kept?.get(digest) ?? Buffer.alloc(0);
  if (how === "delete") held?.delete(references[at % references.length] ?? "");
  else if (how === "add") held?.set(`foreign-${at}`, foreignImage);
  else if (how === "truncate") kept?.delete(digest);
  else kept?.set(digest, alter(bytes));
}
