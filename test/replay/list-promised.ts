import { parse } from "yaml";
import type { ManifestState } from "./read-changes";

/** A digest of an image, as manifests name it, with the real digest. */
export interface StagedImage {
  /** Below the staging registry. */
  readonly source: string;
  /** At mirrors; one for each destination. */
  readonly repositories: readonly string[];
  readonly digest: string;
  readonly tags: readonly string[];
}

/** A file, with the real checksum. */
export interface StagedFile {
  /** Below `gs://`. */
  readonly source: string;
  /** At mirrors. */
  readonly path: string;
  readonly sha256: string;
}

const prefixes = { images: "us.gcr.io/k8s-artifacts-prod", files: "gs://k8s-artifacts-prod/binaries/" } as const;

/** Lists the images that a state promises, without the code that is tested. */
export function listImages(state: ManifestState): StagedImage[] {
  return [...state].flatMap(([path, text]) => {
    const [, project] = /^images\/([^/]+)\/images\.yaml$/.exec(path) ?? [];
    if (project === undefined) return [];
    const { registries } = parse(state.get(`manifests/${project}/promoter-manifest.yaml`) ?? "");
    const names = (isSource: boolean): string[] =>
      registries.flatMap(({ name, src }: { name: string; src?: boolean }) => (Boolean(src) === isSource ? [name] : []));
    const source = names(true)[0]?.replace(/^[^/]+\//, "");
    const roots = names(false).map((name) => name.slice(prefixes.images.length + 1));
    return (parse(text) ?? []).flatMap(({ name, dmap }: { name: string; dmap: Record<string, string[]> | null }) =>
      Object.entries(dmap ?? {}).map(([digest, tags]) => ({
        source: `${source}/${name}`,
        repositories: roots.map((root) => (root === "" ? name : `${root}/${name}`)),
        digest,
        tags,
      })),
    );
  });
}

/** Lists the files that a state promises. */
export function listFiles(state: ManifestState): StagedFile[] {
  return [...state].flatMap(([path, text]) => {
    const [, project] = /^manifests\/([^/]+)\/(?!promoter-manifest)/.exec(path) ?? [];
    if (project === undefined) return [];
    const { filestores } = parse(state.get(`filestores/${project}/filepromoter-manifest.yaml`) ?? "");
    const [source, target]: { base: string }[] = filestores;
    return parse(text).files.map(({ name, sha256 }: { name: string; sha256: string }) => ({
      source: `${source?.base.slice("gs://".length)}${name}`,
      path: `${target?.base.slice(prefixes.files.length)}${name}`,
      sha256,
    }));
  });
}
