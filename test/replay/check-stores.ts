import type { RegistryTarget } from "../../promotion/targets/target";
import { listFiles, listImages } from "./list-promised";
import { createMadeUpImage } from "./made-up-image";
import type { RealChange } from "./read-changes";
import type { ReplayStores } from "./replay-stores";

/** An image at a repository: its real digest, and its tags. */
type Images = Map<string, Map<string, Set<string>>>;

function groupImages(state: RealChange["before"], neverStaged: ReadonlySet<string>): Images {
  const groups: Images = new Map();
  for (const { repositories, digest, tags } of listImages(state)) {
    if (neverStaged.has(digest)) continue;
    for (const repository of repositories) {
      const images = groups.get(repository) ?? new Map<string, Set<string>>();
      groups.set(repository, images.set(digest, new Set([...(images.get(digest) ?? []), ...tags])));
    }
  }
  for (const images of groups.values()) dropConflicts(images);
  return groups;
}

/** A tag that is promised for two digests keeps both of them from being promoted. */
function dropConflicts(images: Map<string, ReadonlySet<string>>): void {
  const byTag = new Map<string, string[]>();
  for (const [digest, tags] of images) for (const tag of tags) byTag.set(tag, [...(byTag.get(tag) ?? []), digest]);
  for (const conflicting of byTag.values()) {
    if (conflicting.length > 1) for (const digest of conflicting) images.delete(digest);
  }
}

/** The digest of each tag of a repository. */
function mapTags(images: ReadonlyMap<string, ReadonlySet<string>> | undefined): Map<string, string> {
  return new Map([...(images ?? [])].flatMap(([digest, tags]) => Array.from(tags, (tag) => [tag, digest] as const)));
}

/** What a repository should have. */
interface Expected {
  /** Real digests. */
  readonly images: ReadonlySet<string>;
  readonly tags: ReadonlyMap<string, string>;
  /** Real digests that the bucket has the blobs of. */
  readonly inBucket: ReadonlySet<string>;
}

type Tagged = ReadonlyMap<string, ReadonlySet<string>>;

/** The tags that would move, with the digests that they lead to before and after: a tag never moves. */
function findMoved(before: Tagged, after: Tagged): Map<string, string> {
  const [old, wanted] = [mapTags(before), mapTags(after)];
  return new Map(
    [...wanted].flatMap(([tag, digest]) => {
      const first = old.get(tag);
      return first === undefined || first === digest ? [] : [[tag, first] as const];
    }),
  );
}

/** The images that are not promoted, because all their tags would move. */
function findRefused(before: Tagged, after: Tagged): Set<string> {
  const moved = findMoved(before, after);
  const isRefused = ([digest, tags]: readonly [string, ReadonlySet<string>]) =>
    !before.has(digest) && tags.size > 0 && [...tags].every((tag) => moved.has(tag));
  return new Set([...after].filter(isRefused).map(([digest]) => digest));
}

/** @param keeps whether what vanished stays: in the registry, and in the bucket */
function expectAt(
  before: Tagged,
  after: Tagged,
  keeps: { readonly here: boolean; readonly inBucket: boolean },
): Expected {
  const [moved, refused] = [findMoved(before, after), findRefused(before, after)];
  const promised = new Map([...after].filter(([digest]) => !refused.has(digest)));
  const old = keeps.here ? [...before.keys()] : [];
  return {
    // A digest stays while a promised tag leads to it.
    images: new Set([...promised.keys(), ...old, ...moved.values()]),
    tags: new Map([...(keeps.here ? mapTags(before) : []), ...mapTags(promised), ...moved]),
    inBucket: new Set([...promised.keys(), ...(keeps.inBucket ? before.keys() : [])]),
  };
}

/**
 * Compares the stores with what the manifests of a change promise, without the code that is tested: what is promised is complete, and what is
 * withdrawn is gone, with everything that nothing else needs. What is promised and not promoted might need anything, so that
 * nothing is deleted from its repository, nor from the bucket.
 *
 * @returns what is wrong
 */
export async function checkStores(
  stores: ReplayStores,
  { before, after, neverStaged }: RealChange,
  { keepsVanished }: { readonly keepsVanished: boolean },
): Promise<string[]> {
  const [old, wanted] = [groupImages(before, neverStaged), groupImages(after, neverStaged)];
  const names = [...new Set([...old.keys(), ...wanted.keys()])];
  const at = (name: string): readonly [Tagged, Tagged] => [old.get(name) ?? new Map(), wanted.get(name) ?? new Map()];
  const isOpen = (name: string) => findRefused(...at(name)).size > 0;
  const inBucket = keepsVanished || names.some(isOpen);
  const faults: string[] = [];
  const blobs = new Set<string>();
  for (const name of names) {
    const [first, promised] = at(name);
    const expected = expectAt(first, promised, { here: keepsVanished || isOpen(name), inBucket });
    for (const digest of expected.inBucket) for (const each of createMadeUpImage(digest).blobs) blobs.add(each.digest);
    const known = [...first.keys(), ...promised.keys()];
    for (const target of stores.targets) {
      if (target.kind === "registry") faults.push(...(await checkRepository(stores, target, name, known, expected)));
    }
  }
  return [
    ...faults,
    ...checkBuckets(stores, blobs, [...listFiles(after), ...(keepsVanished ? listFiles(before) : [])]),
  ];
}

function checkBuckets(
  { blobs, files }: ReplayStores,
  digests: ReadonlySet<string>,
  promised: readonly { readonly path: string }[],
): string[] {
  const folder = "containers/images/";
  const held = [...blobs.objects.keys()].filter((key) => key.startsWith(folder)).map((key) => key.slice(folder.length));
  const paths = new Set(promised.map(({ path }) => path));
  const filesIn = ({ objects }: typeof files) =>
    new Set([...objects.keys()].filter((key) => !key.startsWith("containers/")));
  return [
    ...compare("blob", new Set(held), digests),
    ...[files, blobs].flatMap((bucket) => compare("file", filesIn(bucket), paths)),
  ];
}

async function checkRepository(
  stores: ReplayStores,
  target: RegistryTarget,
  name: string,
  known: readonly string[],
  { images, tags }: Expected,
): Promise<string[]> {
  const repository = stores.openRepository(target, name);
  const manifestsOf = (digests: Iterable<string>) =>
    new Set([...digests].flatMap((digest) => createMadeUpImage(digest).manifests.map((each) => each.digest)));
  const there: string[] = [];
  for (const digest of manifestsOf(known)) if (await repository.headManifest(digest)) there.push(digest);
  const found = new Map<string, string>();
  for await (const page of repository.tags()) {
    for (const tag of page) found.set(tag, (await repository.headManifest(tag))?.digest ?? "");
  }
  const leads = Array.from(tags, ([tag, digest]) => `${tag} ${createMadeUpImage(digest).digest}`);
  const at = `${target.mirror} ${name}`;
  return [
    ...compare(`${at} manifest`, new Set(there), manifestsOf(images)),
    ...compare(`${at} tag`, new Set(Array.from(found, ([tag, digest]) => `${tag} ${digest}`)), new Set(leads)),
  ];
}

function compare(what: string, found: ReadonlySet<string>, expected: ReadonlySet<string>): string[] {
  return [
    ...[...expected].filter((each) => !found.has(each)).map((each) => `${what} ${each} is missing`),
    ...[...found].filter((each) => !expected.has(each)).map((each) => `${what} ${each} should be gone`),
  ];
}
