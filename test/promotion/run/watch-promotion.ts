import { parseManifest } from "../../../promotion/image/parse-manifest";
import { targetName } from "../../../promotion/plan/target-name";
import type { MemoryBucket } from "../../stores/memory-bucket";
import type { MemoryPlace } from "./memory-place";
import type { SmallPromotion } from "./small-promotion";

/** A write at a mirror, at the moment at which it became visible. */
export interface Written {
  readonly target: string;
  readonly kind: "blob" | "manifest" | "tag" | "object";
  /** With the repository, if any. */
  readonly name: string;
}

/**
 * Records all writes at all mirrors, and looks after each for something that is half visible.
 *
 * @returns both, as they grow
 */
export function watchPromotion(promotion: SmallPromotion): { readonly writes: Written[]; readonly broken: string[] } {
  const writes: Written[] = [];
  const broken: string[] = [];
  const note = (written: Written) => {
    writes.push(written);
    broken.push(...findHalfVisible(promotion).map((problem) => `after ${written.kind} ${written.name}: ${problem}`));
  };
  for (const [target, place] of promotion.places) {
    place.afterWrite = ({ method, repository, reference }) => {
      const kind = method !== "attach" ? "blob" : reference.startsWith("sha256:") ? "manifest" : "tag";
      note({ target, kind, name: `${repository} ${reference}` });
    };
  }
  for (const [mirror, bucket] of promotion.buckets) {
    const set = bucket.objects.set.bind(bucket.objects);
    bucket.objects.set = (key, object) => {
      set(key, object);
      note({ target: mirror, kind: "object", name: key });
      return bucket.objects;
    };
  }
  return { writes, broken };
}

/** What is visible without all that belongs to it. */
export function findHalfVisible(promotion: SmallPromotion): string[] {
  return [...findIncompleteManifests(promotion), ...findEarlyTags(promotion), ...findEarlyFiles(promotion)];
}

/** A manifest or a tag of which something below is missing. */
function findIncompleteManifests({ places }: SmallPromotion): string[] {
  return [...places].flatMap(([name, place]) =>
    [...place.manifests].flatMap(([repository, manifests]) =>
      [...manifests].flatMap(([reference, content]) => {
        const { children, blobs } = parseManifest(content, name);
        const isComplete =
          children.every(({ digest }) => manifests.has(digest)) &&
          blobs.every(({ digest, size }) => place.blobs.get(repository)?.get(digest)?.length === size);
        return isComplete ? [] : [`${name} ${repository}:${reference} is incomplete`];
      }),
    ),
  );
}

/** A tag at the origin of an image that a mirror lacks. */
function findEarlyTags({ places, images, targets, require }: SmallPromotion): string[] {
  if (require.kind !== "all") return [];
  const written = targets.filter(({ filling, kind }) => filling === "run" && kind !== "files");
  const [origin] = written.filter(({ isOrigin, kind }) => isOrigin && kind === "registry");
  if (origin?.kind !== "registry") return [];
  const held = places.get(targetName(origin))?.manifests;
  return images.flatMap(({ repository, tags, digest }) => {
    const isShown = tags.some((tag) => held?.get(`mirrors/${repository}`)?.get(tag)?.digest === digest);
    const lacking = written.filter((target) => {
      if (target.kind !== "registry") return false;
      return !places.get(targetName(target))?.manifests.get(`mirrors/${repository}`)?.has(digest);
    });
    return isShown
      ? lacking.map((target) => `${repository} has a tag at the origin, and is not at ${target.mirror}`)
      : [];
  });
}

/** A file at the origin that a mirror lacks. */
function findEarlyFiles({ files, targets, require }: SmallPromotion): string[] {
  if (require.kind !== "all") return [];
  const written = targets.filter((target) => target.kind === "files" && target.filling === "run");
  return files.flatMap(({ path, bytes }) => {
    const has = (bucket: unknown) => (bucket as MemoryBucket).objects.get(path)?.bytes.equals(bytes) === true;
    const isShown = written.some((target) => target.isOrigin && target.kind === "files" && has(target.bucket));
    const lacking = written.filter((target) => target.kind === "files" && !has(target.bucket));
    return isShown ? lacking.map(({ mirror }) => `${path} is at the origin, and not at ${mirror}`) : [];
  });
}

/** Everything that mirrors hold, to compare two runs. */
export function stateOf({ places, buckets }: SmallPromotion): Record<string, readonly string[]> {
  const registry = (place: MemoryPlace) =>
    [
      ...[...place.blobs].flatMap(([name, blobs]) => [...blobs.keys()].map((digest) => `${name} ${digest}`)),
      ...[...place.manifests].flatMap(([name, held]) =>
        [...held].map(([key, { digest }]) => `${name}:${key} ${digest}`),
      ),
    ].sort();
  return Object.fromEntries([
    ...[...places].map(([name, place]) => [name, registry(place)]),
    ...[...buckets].map(([name, { objects }]) => [
      `${name} bucket`,
      [...objects].map(([key, { recordedSha256 }]) => `${key} ${recordedSha256}`).sort(),
    ]),
  ]);
}
