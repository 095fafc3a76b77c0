import { type TargetHoldings, Unread, type World } from "../../../promotion/plan/world";
import type { Destinations, Promoted, PromotedFile, PromotedImage } from "../../../promotion/promoted";
import type { Filling } from "../../../promotion/targets/target";
import type { ObjectFacts } from "../../../stores/bucket";

/** Images in short form: `{ "REPOSITORY@DIGEST": [tags] }`, with up to 64 digits of the digest. */
export type ShortImages = Readonly<Record<string, readonly string[]>>;

/** A digest from a few digits. */
export function digest(short: string): string {
  return `sha256:${Buffer.from(short).toString("hex").padEnd(64, "0").slice(0, 64)}`;
}

/** The digits of a digest that {@link digest} returned. */
export function shorten(long: string): string {
  const hexadecimal = long.replace("sha256:", "").replace(/(?:00)+$/, "");
  return Buffer.from(hexadecimal, "hex").toString();
}

const place = { file: "images/app/images.yaml", line: 3, column: 5 };

function readShort(images: ShortImages): { repository: string; digest: string; tags: readonly string[] }[] {
  return Object.entries(images).map(([key, tags]) => {
    const [repository = "", short = ""] = key.split("@");
    return { repository, digest: digest(short), tags };
  });
}

/** What manifests promise, for one project `app` that is staged at `gcr.io/foo`. */
export function promise(images: ShortImages, destinations: Destinations = "all"): Promoted {
  const entries = readShort(images).map((image): PromotedImage => {
    const source = `gcr.io/foo/${image.repository.split("/").at(-1)}`;
    return { project: "app", source, ...image, destinations, place };
  });
  return { projects: ["app"], images: entries, files: [], withdrawn: [] };
}

/** Promised files, by path, with their content. */
export function promiseFiles(files: Readonly<Record<string, string>>, destinations: Destinations = "all"): Promoted {
  const entries = Object.entries(files).map(([path, content]): PromotedFile => {
    const name = path.replace(/^app\//, "");
    return { project: "app", source: "gs://foo/", name, path, sha256: sha256(content), destinations, place };
  });
  return { projects: ["app"], images: [], files: entries, withdrawn: [] };
}

/** A checksum that follows from a few letters. */
export function sha256(content: string): string {
  return digest(content).replace("sha256:", "");
}

function hold(images: ShortImages) {
  const repositories = new Map<string, { digests: Set<string>; tags: Map<string, string> }>();
  for (const { repository, digest: found, tags } of readShort(images)) {
    const holdings = repositories.get(repository) ?? { digests: new Set(), tags: new Map() };
    holdings.digests.add(found);
    for (const tag of tags) holdings.tags.set(tag, found);
    repositories.set(repository, holdings);
  }
  return repositories;
}

/** A target in short form, by mirror. */
export interface ShortTarget {
  readonly images?: ShortImages | Unread;
  readonly complete?: readonly string[] | Unread;
  /** The objects by path: their content, or what the store reports. */
  readonly files?: Readonly<Record<string, string | Partial<ObjectFacts>>> | Unread;
  readonly filling?: Filling;
  readonly isOrigin?: boolean;
}

/** A world in short form. */
export interface ShortWorld {
  readonly source?: ShortImages | Unread;
  readonly referrers?: Readonly<Record<string, readonly string[]>>;
  readonly sourceFiles?: Readonly<Record<string, string | Partial<ObjectFacts>>> | Unread;
  readonly targets: Readonly<Record<string, ShortTarget>>;
}

function readFiles(files: Readonly<Record<string, string | Partial<ObjectFacts>>>): Map<string, ObjectFacts> {
  return new Map(
    Object.entries(files).map(([key, object]) => [
      key,
      { key, size: 7, ...(typeof object === "string" ? { sha256: sha256(object) } : object) },
    ]),
  );
}

function readTargets(mirror: string, target: ShortTarget, repositories: readonly string[]): TargetHoldings[] {
  const { images, complete, files, filling = "run", isOrigin = false } = target;
  const base = { mirror, filling, isOrigin };
  const sourceOf = (name: string) => `${mirror}/${name}`;
  const found: TargetHoldings[] = [];
  if (images) {
    const held = images instanceof Unread ? undefined : hold(images);
    const none = { digests: new Set<string>(), tags: new Map<string, string>() };
    const read = repositories.map((each) => [each, held ? (held.get(each) ?? none) : (images as Unread)] as const);
    found.push({ ...base, name: `${mirror} registry`, kind: "registry", sourceOf, repositories: new Map(read) });
  }
  if (complete) {
    const read = complete instanceof Unread ? complete : new Set(complete.map(digest));
    found.push({ ...base, name: `${mirror} blobs`, kind: "blobs", complete: read });
  }
  if (files) {
    const read = files instanceof Unread ? files : readFiles(files);
    found.push({ ...base, name: `${mirror} files`, kind: "files", sourceOf, files: read });
  }
  return found;
}

/** What sources and targets hold, for a promise. */
export function createWorld(promoted: Promoted, { source, sourceFiles, referrers, targets }: ShortWorld): World {
  const held = source instanceof Unread ? undefined : hold(source ?? {});
  const attached = Object.entries(referrers ?? {}).map(
    ([subject, found]) => [digest(subject), found.map(digest)] as const,
  );
  const sources = promoted.images.map(({ source: name }) => {
    const { digests = new Set<string>(), tags = new Map<string, string>() } =
      held?.get(name.split("/").at(-1) ?? "") ?? {};
    const holdings = {
      digests,
      tags,
      sizes: new Map<string, number>(),
      referrers: new Map(attached),
      parents: new Map(),
    };
    return [name, source instanceof Unread ? source : holdings] as const;
  });
  const repositories = promoted.images.map(({ repository }) => repository);
  const files = sourceFiles instanceof Unread ? sourceFiles : readFiles(sourceFiles ?? {});
  return {
    made: "2026-11-25T12:00:00.000Z",
    imageSources: new Map(sources),
    fileSources: new Map(promoted.files.map((file) => [file.source, files])),
    targets: Object.entries(targets).flatMap(([mirror, target]) => readTargets(mirror, target, repositories)),
  };
}
