import type { Evidence, LedgerTarget } from "../ledger/compute-complete";
import { entryName } from "../ledger/entry-name";
import type { LedgerFile, LedgerImage } from "../ledger/ledger";
import type { Promoted, PromotedFile } from "../promoted";
import { isOtherFile } from "./is-other-file";
import { mergePromoted } from "./merge-promoted";
import { isDestination, type WantedImage } from "./wanted-image";
import { type BlobHoldings, type FileTargetHoldings, type RegistryHoldings, Unread, type World } from "./world";

/** Whether a target holds an artifact; or the tags that it lacks, though it holds the rest. */
type Observed = "held" | "lacking" | readonly string[];

/** By `imageKey` (registries), digest (blobs) or path and checksum (files). What is not here was not read. */
type TargetObservations = ReadonlyMap<string, Observed>;

/** All that is promised, once for each name. */
interface Promises {
  readonly images: readonly (WantedImage & { readonly key: string })[];
  readonly files: readonly (PromotedFile & { readonly key: string })[];
}

function listPromises({ images, files }: Promoted): Promises {
  return {
    images: Array.from(mergePromoted(images), ([key, wanted]) => ({ ...wanted, key })),
    files: files.map((file) => ({ ...file, key: entryName(file) })),
  };
}

function observeRegistry({ mirror, repositories }: RegistryHoldings, { images }: Promises): TargetObservations {
  const found = new Map<string, Observed>();
  for (const { image, tags, destinations, key } of images) {
    const holdings = repositories.get(image.repository);
    if (!holdings || holdings instanceof Unread || !isDestination(destinations, mirror)) continue;
    const lacking = tags.filter((tag) => holdings.tags.get(tag) !== image.digest);
    const isHeld = holdings.digests.has(image.digest);
    found.set(key, !isHeld ? "lacking" : lacking.length > 0 ? lacking : "held");
  }
  return found;
}

function observeBlobs({ mirror, complete }: BlobHoldings, { images }: Promises): TargetObservations {
  const found = new Map<string, Observed>();
  if (complete instanceof Unread) return found;
  for (const { image, destinations } of images) {
    if (!isDestination(destinations, mirror)) continue;
    found.set(image.digest, complete.has(image.digest) ? "held" : "lacking");
  }
  return found;
}

function observeFiles(
  { mirror, files }: FileTargetHoldings,
  promises: Promises,
  sources: World["fileSources"],
): TargetObservations {
  const found = new Map<string, Observed>();
  if (files instanceof Unread) return found;
  for (const { path, sha256, destinations, source, name, key } of promises.files) {
    if (!isDestination(destinations, mirror)) continue;
    const staging = sources.get(source);
    const staged = staging instanceof Unread ? undefined : staging?.get(name);
    const facts = staged?.sha256 === undefined || staged.sha256 === sha256 ? staged : undefined;
    const object = files.get(path);
    found.set(key, object && !isOtherFile(object, sha256, facts) ? "held" : "lacking");
  }
  return found;
}

/** What a reading of the world shows of promoted artifacts at targets, without the rest that was read. */
export class Observations {
  readonly #targets: ReadonlyMap<string, TargetObservations>;

  constructor(promoted: Promoted, world: World) {
    const promises = listPromises(promoted);
    this.#targets = new Map(
      world.targets.map((target) => {
        if (target.kind === "registry") return [target.name, observeRegistry(target, promises)];
        if (target.kind === "blobs") return [target.name, observeBlobs(target, promises)];
        return [target.name, observeFiles(target, promises, world.fileSources)];
      }),
    );
  }

  /** Whether a target holds a promoted artifact, with those of its tags that were asked for. */
  findEvidence(target: Pick<LedgerTarget, "name" | "kind">, entry: LedgerImage | LedgerFile): Evidence {
    const observed = this.#targets
      .get(target.name)
      ?.get("tags" in entry && target.kind === "blobs" ? entry.digest : entryName(entry));
    if (observed === undefined) return "unknown";
    if (typeof observed === "string") return observed;
    return "tags" in entry && entry.tags.some((tag) => observed.includes(tag)) ? "lacking" : "held";
  }
}
