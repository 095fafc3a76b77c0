import { imageKey } from "../../overlay/image-key";
import type { Destinations, Promoted, PromotedImage } from "../promoted";
import type { Removal } from "../withdrawal/removal";
import type { Findings } from "./findings";
import { formatPlace } from "./format-place";
import type { ImagePlan, PlannedScope } from "./plan";
import { planSignatures } from "./plan-signatures";
import { createPlannedScope } from "./planned-scope";
import { type IsMutable, isDestination, type Missing, mergeEntries, type WantedImage } from "./wanted-image";
import {
  type BlobHoldings,
  type RegistryHoldings,
  type RepositoryHoldings,
  type SourceHoldings,
  Unread,
  type World,
} from "./world";

function groupByRepository(images: readonly PromotedImage[]): [string, PromotedImage[]][] {
  const groups = new Map<string, PromotedImage[]>();
  for (const image of images) {
    const group = groups.get(image.repository);
    if (group) group.push(image);
    else groups.set(image.repository, [image]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What is planned for images. */
interface PlannedImages {
  readonly images: readonly ImagePlan[];
  /** How many images every readable target has. */
  readonly inPlace: number;
}

/** Plans all images. */
class ImagePlanner {
  readonly #world: World;
  readonly #isMutable: IsMutable;
  readonly #findings: Findings;
  readonly #registries: readonly RegistryHoldings[];
  readonly #buckets: readonly BlobHoldings[];
  /** Images that are hidden, or will be, by `imageKey`. */
  readonly #withdrawn: ReadonlySet<string>;
  /** What is planned for buckets, which hold a digest once for all repositories: `TARGET DIGEST`. */
  readonly #plannedBlobs = new Set<string>();
  /** Images that only buckets lack, and that their own sources do not have: another repository's source may have the same. */
  readonly #bucketsOnly: WantedImage[] = [];
  #inPlace = 0;
  /** Destinations that were checked, for a project. */
  readonly #checked = new WeakMap<Exclude<Destinations, "all">, string>();

  constructor(world: World, isMutable: IsMutable, findings: Findings, removals: readonly Removal[]) {
    const hidden = removals.filter(({ kind, state }) => kind === "image" && state !== "restore");
    this.#withdrawn = new Set(hidden.map(({ name, digest }) => imageKey(name, digest)));
    this.#world = world;
    this.#isMutable = isMutable;
    this.#findings = findings;
    this.#registries = world.targets.filter((target) => target.kind === "registry");
    this.#buckets = world.targets.filter((target) => target.kind === "blobs");
    for (const bucket of this.#buckets) {
      if (bucket.complete instanceof Unread) findings.addUnreadTarget(bucket, bucket.complete);
    }
  }

  plan(promoted: Promoted): PlannedImages {
    const groups = groupByRepository(promoted.images);
    const images = groups.flatMap(([repository, entries]) => this.#planRepository(repository, entries));
    for (const wanted of this.#bucketsOnly) {
      if (this.#missingAtBuckets(wanted).length > 0) this.#findSource(wanted);
      else this.#inPlace++;
    }
    return { images, inPlace: this.#inPlace };
  }

  #planRepository(repository: string, entries: readonly PromotedImage[]): ImagePlan[] {
    const wanted = mergeEntries(entries);
    const registries = this.#readableRegistries(repository, wanted);
    const conflicts = this.#findConflicts(repository, wanted);
    const planned: ImagePlan[] = [];
    const accepted: WantedImage[] = [];
    for (const each of wanted.values()) {
      this.#checkDestinations(each);
      const plan = this.#planImage(each, registries, conflicts);
      if (plan === "refused") continue;
      accepted.push(each);
      if (plan) planned.push(plan);
      else if (this.#isReadable(each, registries)) this.#inPlace++;
    }
    const signatures = planSignatures({
      repository,
      accepted,
      sources: this.#world.imageSources,
      registries,
      buckets: this.#buckets,
      scopeOf: (destinations) => this.#scopeOf(destinations, registries),
      findings: this.#findings,
    });
    return [...planned, ...signatures].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  }

  #readableRegistries(
    repository: string,
    wanted: ReadonlyMap<string, WantedImage>,
  ): Map<RegistryHoldings, RepositoryHoldings> {
    const readable = new Map<RegistryHoldings, RepositoryHoldings>();
    for (const registry of this.#registries) {
      const isWanted = [...wanted.values()].some(({ destinations }) => isDestination(destinations, registry.mirror));
      if (!isWanted) continue;
      const holdings = registry.repositories.get(repository) ?? new Unread(`${repository} was not read`);
      if (holdings instanceof Unread) this.#findings.addUnreadTarget(registry, holdings);
      else readable.set(registry, holdings);
    }
    return readable;
  }

  /** @returns the tags that belong to two digests */
  #findConflicts(repository: string, wanted: ReadonlyMap<string, WantedImage>): Set<string> {
    const owners = new Map<string, WantedImage>();
    const conflicts = new Set<string>();
    for (const each of wanted.values()) {
      for (const tag of each.tags) {
        const owner = owners.get(tag);
        if (owner && !conflicts.has(tag)) {
          conflicts.add(tag);
          const [one, other] = [owner.image, each.image];
          this.#findings.add({
            kind: "conflict",
            severity: "error",
            project: other.project,
            artifact: `${repository}:${tag}`,
            message: `${repository}:${tag} is ${one.digest} in ${one.place.file}:${one.place.line}, and ${other.digest} in ${other.place.file}:${other.place.line}`,
            fix: "Keep one of the two.",
          });
        }
        owners.set(tag, each);
      }
    }
    return conflicts;
  }

  #checkDestinations({ image, destinations }: WantedImage): void {
    if (destinations === "all" || this.#checked.get(destinations) === image.project) return;
    this.#checked.set(destinations, image.project);
    const stores = [...this.#registries, ...this.#buckets];
    for (const mirror of destinations) {
      const isKnown = stores.some((store) => store.mirror === mirror);
      if (!isKnown) this.#findings.addUnmapped(image.project, mirror, "images");
    }
  }

  /** @returns undefined if all is in place */
  #planImage(
    wanted: WantedImage,
    registries: ReadonlyMap<RegistryHoldings, RepositoryHoldings>,
    conflicts: ReadonlySet<string>,
  ): ImagePlan | undefined | "refused" {
    const tags = this.#acceptTags(wanted, registries, conflicts);
    if (tags.length === 0 && wanted.tags.length > 0) return "refused";
    const atRegistries = this.#missingAtRegistries(wanted, tags, registries);
    const missing = [...atRegistries, ...this.#missingAtBuckets(wanted)];
    if (missing.length === 0) return undefined;
    if (atRegistries.length === 0 && !this.#hasSource(wanted)) {
      this.#bucketsOnly.push(wanted);
      return "refused";
    }
    const source = this.#findSource(wanted);
    if (source === undefined) return "refused";
    const { project, repository, digest } = wanted.image;
    if (typeof this.#findAtOrigin(wanted) === "string") this.#reportWaiting(missing);
    for (const { target } of missing) this.#plannedBlobs.add(`${target} ${digest}`);
    const bytes = this.#sizeOf(source, digest);
    const sorted = missing.sort((a, b) => (a.target < b.target ? -1 : 1));
    const scope = this.#scopeOf(wanted.destinations, registries);
    return { project, source, repository, digest, ...(bytes !== undefined && { bytes }), missing: sorted, ...scope };
  }

  #scopeOf(destinations: Destinations, registries: ReadonlyMap<RegistryHoldings, RepositoryHoldings>): PlannedScope {
    return createPlannedScope<RegistryHoldings | BlobHoldings>(
      destinations,
      [...this.#registries, ...this.#buckets],
      (target) => (target.kind === "registry" ? registries.has(target) : !(target.complete instanceof Unread)),
    );
  }

  /** The tags without those that are refused: a refused tag is set nowhere, so that all mirrors agree on it. */
  #acceptTags(
    { image, tags, destinations }: WantedImage,
    registries: ReadonlyMap<RegistryHoldings, RepositoryHoldings>,
    conflicts: ReadonlySet<string>,
  ): readonly string[] {
    return tags.filter((tag) => {
      if (conflicts.has(tag)) return false;
      const name = `${image.repository}:${tag}`;
      if (this.#isMutable(name)) return true;
      let isAccepted = true;
      for (const [registry, holdings] of registries) {
        const found = holdings.tags.get(tag);
        if (found === undefined || found === image.digest || !isDestination(destinations, registry.mirror)) continue;
        isAccepted = false;
        this.#findings.add({
          kind: "moved",
          severity: "error",
          project: image.project,
          artifact: name,
          target: registry.name,
          message: `${name} is ${found} at ${registry.name}, and would move to ${image.digest}${this.#describeDeadlock(image.repository, found)}`,
          fix: `Promote ${image.digest} under a new tag in ${formatPlace(image.place)}, or name ${JSON.stringify(name)} in promotion.mutable of the inventory.`,
        });
      }
      return isAccepted;
    });
  }

  /**
   * Of the withdrawn image at a tag: it may share parts with the new image, which is not promoted while the tag is elsewhere, so that neither
   * would ever come to an end.
   */
  #describeDeadlock(repository: string, found: string): string {
    if (!this.#withdrawn.has(imageKey(repository, found))) return "";
    return "; the old image is withdrawn, and cannot be deleted while the manifest promises the tag for the new one";
  }

  /** Whether any target of the image was read. Otherwise nothing is known to be missing, nor to be there. */
  #isReadable({ destinations }: WantedImage, registries: ReadonlyMap<RegistryHoldings, RepositoryHoldings>): boolean {
    const buckets = this.#buckets.filter(({ complete }) => !(complete instanceof Unread));
    return [...registries.keys(), ...buckets].some(({ mirror }) => isDestination(destinations, mirror));
  }

  #missingAtRegistries(
    { image, destinations }: WantedImage,
    tags: readonly string[],
    registries: ReadonlyMap<RegistryHoldings, RepositoryHoldings>,
  ): Missing[] {
    const missing: Missing[] = [];
    for (const [registry, holdings] of registries) {
      if (!isDestination(destinations, registry.mirror)) continue;
      const content = !holdings.digests.has(image.digest);
      const isComplete = !content && tags.every((tag) => holdings.tags.get(tag) === image.digest);
      if (isComplete) continue;
      const lacking = tags.filter((tag) => holdings.tags.get(tag) !== image.digest);
      missing.push({ target: registry.name, content, tags: lacking });
    }
    return missing;
  }

  #missingAtBuckets({ image, destinations }: WantedImage): Missing[] {
    const missing: Missing[] = [];
    for (const { name, mirror, complete } of this.#buckets) {
      if (complete instanceof Unread || !isDestination(destinations, mirror)) continue;
      if (complete.has(image.digest) || this.#plannedBlobs.has(`${name} ${image.digest}`)) continue;
      missing.push({ target: name, content: true, tags: [] });
    }
    return missing;
  }

  #hasSource(wanted: WantedImage): boolean {
    const { image, sources } = wanted;
    if (typeof this.#findAtOrigin(wanted) === "string") return true;
    return sources.some((source) => {
      const holdings = this.#world.imageSources.get(source);
      return holdings !== undefined && !(holdings instanceof Unread) && holdings.digests.has(image.digest);
    });
  }

  /** @returns the origin's repository if it has the image; false if it has not; undefined if it could not be read */
  #findAtOrigin({ image, destinations }: WantedImage): string | false | undefined {
    const origin = this.#registries.find(({ isOrigin }) => isOrigin);
    if (!origin || !isDestination(destinations, origin.mirror)) return false;
    const holdings = origin.repositories.get(image.repository);
    if (holdings === undefined || holdings instanceof Unread) return undefined;
    return holdings.digests.has(image.digest) && origin.sourceOf(image.repository);
  }

  /**
   * Staging deletes what is old, and the origin keeps it: other mirrors get it from there.
   *
   * @returns the first source that has the image, or the origin; undefined, with a finding, if none has it
   */
  #findSource(wanted: WantedImage): string | undefined {
    const { image, sources, tags } = wanted;
    const readable = sources.flatMap((source): [string, SourceHoldings][] => {
      const holdings = this.#world.imageSources.get(source);
      return holdings && !(holdings instanceof Unread) ? [[source, holdings]] : [];
    });
    const holder = readable.find(([, { digests }]) => digests.has(image.digest));
    const [rebuilt] = readable.flatMap(([source, holdings]) =>
      tags.flatMap((tag) => {
        const found = holdings.tags.get(tag);
        return found === undefined || found === image.digest ? [] : [{ source, tag, found }];
      }),
    );
    const atOrigin = holder === undefined && this.#findAtOrigin(wanted);
    const source = holder?.[0] ?? (atOrigin || undefined);
    // That the origin could not be read is a finding of its own. It may have the image.
    const isKnown = atOrigin !== undefined;
    if (rebuilt && isKnown) this.#reportRebuilt(image, rebuilt, source);
    if (source !== undefined || rebuilt) return source;
    if (isKnown && readable.length === sources.length) this.#reportLost(image, tags, sources);
    for (const source of sources) {
      const holdings = this.#world.imageSources.get(source) ?? new Unread("it was not read");
      if (holdings instanceof Unread) this.#findings.addUnreadSource(source, image.project, holdings);
    }
    return undefined;
  }

  #reportRebuilt(
    { project, repository, digest, place }: PromotedImage,
    { source, tag, found }: { readonly source: string; readonly tag: string; readonly found: string },
    holder: string | undefined,
  ): void {
    const isThere = holder !== undefined;
    const what = isThere ? `promotes ${digest}, which ${holder} still has` : `promises ${digest}, which is gone`;
    const fix = isThere
      ? `Nothing, if ${digest} is the right one; otherwise correct the digest in ${formatPlace(place)}.`
      : `Correct the digest in ${formatPlace(place)} if ${found} is the right one; never rebuild a tag that is promoted.`;
    this.#findings.add({
      kind: "rebuilt",
      severity: isThere ? "warning" : "error",
      project,
      artifact: `${repository}:${tag}`,
      message: `${source}:${tag} was rebuilt: it is ${found} now, and the manifest ${what}`,
      fix,
    });
  }

  #reportLost(
    { project, repository, digest, place }: PromotedImage,
    tags: readonly string[],
    sources: readonly string[],
  ): void {
    const artifact = tags[0] === undefined ? `${repository}@${digest}` : `${repository}:${tags[0]}`;
    const message = `${artifact} is lost: ${sources.join(" and ")} does not have ${digest}`;
    const fix = `Publish it in staging, or correct or remove the entry in ${formatPlace(place)}.`;
    this.#findings.add({ kind: "lost", severity: "error", project, artifact, message, fix });
  }

  /** A cloud or a donor is late only with what is released, which the origin has: a plan of a new release says nothing of them. */
  #reportWaiting(missing: readonly Missing[]): void {
    for (const { target } of missing) {
      const filling = this.#world.targets.find(({ name }) => name === target)?.filling;
      if (filling === "cloud" || filling === "donor") this.#findings.addWaiting(target, filling, "images");
    }
  }

  #sizeOf(source: string, digest: string): number | undefined {
    const holdings = this.#world.imageSources.get(source);
    return holdings instanceof Unread ? undefined : holdings?.sizes.get(digest);
  }
}

/**
 * What targets lack of the promised images, with their signatures.
 *
 * - A tag is refused at every mirror if it is at another digest at one of them, unless it is mutable; its other tags are set.
 * - An image that every target has needs no source. Otherwise, what neither the source nor the origin has is a finding.
 * - Tags and digests beyond the promised ones are ignored.
 *
 * @param removals what becomes of withdrawn artifacts. @default nothing is withdrawn
 */
export function planImages(
  promoted: Promoted,
  world: World,
  isMutable: IsMutable,
  findings: Findings,
  removals: readonly Removal[] = [],
): PlannedImages {
  return new ImagePlanner(world, isMutable, findings, removals).plan(promoted);
}
