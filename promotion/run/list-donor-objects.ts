import type { RegistryTarget, Target } from "../targets/target";
import { hexadecimalOf } from "./blob-copier";
import type { DonorList, ListedImage } from "./donor-list";

/** One object that a donor should have: a line of the index. */
export interface DonorObject {
  /** Where it goes, below the donor's root. That of a registry's manifest begins with `v2/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Where it is: a path of the public host for images (`/v2/…`) or of that for files. */
  readonly from: string;
}

function* listManifests({ root }: RegistryTarget, { repository, contents }: ListedImage): Generator<DonorObject> {
  const name = root === "" ? repository : `${root}/${repository}`;
  for (const { digest, size } of contents.manifests) {
    const from = `/v2/${repository}/manifests/${digest}`;
    yield { path: `v2/${name}/manifests/${digest}`, size, sha256: hexadecimalOf(digest), from };
  }
}

function* listObjects(target: Target, { images, files }: DonorList): Generator<DonorObject> {
  if (target.kind === "registry") {
    for (const image of images.values()) yield* listManifests(target, image);
  }
  if (target.kind === "blobs") {
    for (const { repository, contents } of images.values()) {
      for (const { digest, size } of contents.blobs) {
        const from = `/v2/${repository}/blobs/${digest}`;
        yield { path: target.keyOf(digest), size, sha256: hexadecimalOf(digest), from };
      }
    }
  }
  if (target.kind === "files") {
    for (const { path, sha256, size } of files.values()) {
      yield { path: target.keyOf(path), size, sha256, from: `/${path}` };
    }
  }
}

/**
 * The lines of a donor's index: of a registry the manifests, because whatever copies an image copies its blobs, too; of a bucket the
 * blobs, each once; of a bucket for files the files. Sorted by path.
 *
 * @param targets the stores of the donor's mirror
 */
export function listDonorObjects(targets: readonly Target[], list: DonorList): DonorObject[] {
  const objects = new Map<string, DonorObject>();
  for (const target of targets) {
    for (const object of listObjects(target, list)) {
      // The first of an image's repositories by name, so that the same list makes the same index.
      const known = objects.get(object.path);
      if (!known || object.from < known.from) objects.set(object.path, object);
    }
  }
  // A donor checks SHA-256; content with another kind of digest is fetched from the origin.
  const checkable = [...objects.values()].filter(({ sha256 }) => sha256.length === 64);
  return checkable.sort((a, b) => (a.path < b.path ? -1 : 1));
}
