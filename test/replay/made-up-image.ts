import { type Content, createContent, createJsonContent, descriptorOf } from "../../stores/registry/content";
import { mediaTypes } from "../../stores/registry/media-types";

/** An image of our own in place of a real one, of which only the digest is known. */
export interface MadeUpImage {
  readonly digest: string;
  /** Children first, then the image's own. */
  readonly manifests: readonly Content[];
  /** Configurations and layers. */
  readonly blobs: readonly Content[];
}

/** Base layers, and children of indexes, that images have in common. */
const shared = { layers: 4, children: 4 } as const;

interface Built {
  readonly manifest: Content;
  readonly blobs: readonly Content[];
}

function build(name: string, base: number): Built {
  const layer = (text: string) => createContent(mediaTypes.layer, Buffer.from(text));
  const config = createJsonContent(mediaTypes.config, { os: "linux", architecture: "amd64", name });
  const layers = [layer(`base ${base}`), layer(`layer of ${name}`)];
  const manifest = createJsonContent(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
  });
  return { manifest, blobs: [config, ...layers] };
}

/**
 * Makes an image from a real digest: the same one for the same digest. Half of them are indexes, with a child of their own and one that
 * others have, too; all have a base layer that others have, too.
 *
 * @param digest `sha256:…`
 */
export function createMadeUpImage(digest: string): MadeUpImage {
  const [, hex = ""] = digest.split(":");
  const at = (position: number) => Number.parseInt(hex.charAt(position), 16);
  const own = build(hex, at(0) % shared.layers);
  if (at(1) % 2 === 0) return { digest: own.manifest.digest, manifests: [own.manifest], blobs: own.blobs };
  const number = at(2) % shared.children;
  const child = build(`child ${number}`, number);
  const index = createJsonContent(mediaTypes.index, {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [own, child].map(({ manifest }) => descriptorOf(manifest)),
  });
  const manifests = [own.manifest, child.manifest, index];
  return { digest: index.digest, manifests, blobs: [...new Set([...own.blobs, ...child.blobs])] };
}
