import { gzipSync } from "fflate";
import { createTar } from "nanotar";
import { type Content, createContent, digestOf } from "../stores/registry/content";
import { mediaTypes } from "../stores/registry/media-types";

/** A layer of an image. */
export interface Layer extends Content {
  /** The digest of the uncompressed archive, by which a configuration refers to the layer. */
  readonly diffId: string;
}

/** POSIX.1-2001, pax, "ustar Interchange Format": two empty blocks end an archive. nanotar 0.3 may omit them. */
const endOfArchive = Buffer.alloc(2 * 512);

function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, depth) => `${parts.slice(0, depth + 1).join("/")}/`);
}

/**
 * Creates a layer of world-readable files, owned by root, dated 1970 and sorted by path. The same files give the same bytes on every
 * machine and every version of Node. (Node's own gzip is not used, because its output changes with its zlib.)
 *
 * @param files by path, without a leading slash. Their folders are added.
 */
export function createLayer(files: Readonly<Record<string, Uint8Array>>): Layer {
  const attrs = { uid: 0, gid: 0, mtime: 0 };
  const folders = new Set(Object.keys(files).flatMap(foldersOf));
  const entries = [
    ...Array.from(folders, (name) => ({ name, attrs: { ...attrs, mode: "755" } })),
    ...Object.entries(files).map(([name, data]) => ({ name, data, attrs: { ...attrs, mode: "644" } })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  const archive = Buffer.concat([createTar(entries), endOfArchive]);
  const zipped = gzipSync(archive, { level: 9, mtime: 0 });
  return { ...createContent(mediaTypes.layer, Buffer.from(zipped)), diffId: digestOf(archive) };
}
