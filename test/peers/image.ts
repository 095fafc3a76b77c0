import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { tar } from "./tar";

/** Something known by its digest: a layer, a configuration, a manifest, an index. */
export interface Content {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Buffer;
}

/** A manifest, and what it names. */
export interface ManifestWithBlobs {
  readonly manifest: Content;
  /** The configuration and the layers. */
  readonly blobs: readonly Content[];
}

/** A platform of the image, as clients name it. */
export type Platform = "linux/amd64" | "linux/arm64";

/** An image for two platforms, with a signature and an artifact that refers to it. */
export interface TestImage {
  readonly index: Content;
  readonly platforms: Readonly<Record<Platform, ManifestWithBlobs>>;
  /** What is at the tag where cosign looks for a signature of the index. */
  readonly signature: ManifestWithBlobs;
  readonly signatureTag: string;
  /** A bill of materials whose subject is the index. */
  readonly artifact: ManifestWithBlobs;
  /** What refers to the index, for registries that do not list it themselves, and its tag. */
  readonly referrers: Content;
  readonly referrersTag: string;
}

/** Media types of the OCI image specification 1.1, and those of what hangs on an image here. */
const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
  empty: "application/vnd.oci.empty.v1+json",
  signature: "application/vnd.dev.cosign.simplesigning.v1+json",
  billOfMaterials: "application/spdx+json",
};

/** The kind of the artifact that is attached to the image. */
export const artifactType = mediaTypes.billOfMaterials;

/** The digest of some bytes, as OCI writes it. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** So many bytes that look random and are always the same. */
export function noise(seed: string, length: number): Buffer {
  return createHash("shake256", { outputLength: length }).update(seed).digest();
}

function content(mediaType: string, bytes: Buffer): Content {
  return { mediaType, digest: digestOf(bytes), bytes };
}

function json(mediaType: string, value: object): Content {
  return content(mediaType, Buffer.from(JSON.stringify(value)));
}

function descriptor({ mediaType, digest, bytes }: Content) {
  return { mediaType, digest, size: bytes.length };
}

function withManifest(config: Content, layers: readonly Content[], more: object = {}): ManifestWithBlobs {
  const manifest = json(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptor(config),
    layers: layers.map(descriptor),
    ...more,
  });
  return { manifest, blobs: [config, ...layers] };
}

function indexOf(manifests: readonly object[]): Content {
  return json(mediaTypes.index, { schemaVersion: 2, mediaType: mediaTypes.index, manifests });
}

/** One layer for all platforms, one for this platform, each of a size that takes more than one packet. */
function platformImage(architecture: string): ManifestWithBlobs {
  const archives = [tar("base", noise("base", 200_000)), tar("program", noise(architecture, 100_000))];
  const layers = archives.map((archive) => content(mediaTypes.layer, gzipSync(archive)));
  const config = json(mediaTypes.config, {
    architecture,
    os: "linux",
    config: {},
    rootfs: { type: "layers", diff_ids: archives.map(digestOf) },
  });
  return withManifest(config, layers);
}

/** What cosign puts beside an image, but for the signature itself: nobody verifies it here. */
function signatureOf(index: Content): ManifestWithBlobs {
  const payload = json(mediaTypes.signature, {
    critical: { image: { "docker-manifest-digest": index.digest }, type: "cosign container image signature" },
  });
  const config = json(mediaTypes.config, { architecture: "", os: "", config: {}, rootfs: { type: "layers" } });
  return withManifest(config, [payload]);
}

function artifactOf(index: Content): ManifestWithBlobs {
  const document = json(mediaTypes.billOfMaterials, { spdxVersion: "SPDX-2.3", name: "test image" });
  const config = json(mediaTypes.empty, {});
  return withManifest(config, [document], { artifactType, subject: descriptor(index) });
}

/** The image that is pushed, pulled and compared. Always the same. */
export function testImage(): TestImage {
  const platforms = { "linux/amd64": platformImage("amd64"), "linux/arm64": platformImage("arm64") };
  const index = indexOf(
    Object.entries(platforms).map(([platform, { manifest }]) => {
      const [os, architecture] = platform.split("/");
      return { ...descriptor(manifest), platform: { os, architecture } };
    }),
  );
  const artifact = artifactOf(index);
  const referrersTag = index.digest.replace(":", "-");
  return {
    index,
    platforms,
    signature: signatureOf(index),
    signatureTag: `${referrersTag}.sig`,
    artifact,
    referrers: indexOf([{ ...descriptor(artifact.manifest), artifactType }]),
    referrersTag,
  };
}
