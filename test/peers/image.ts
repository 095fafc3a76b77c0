import { createHash } from "node:crypto";
import { createLayer } from "../../packaging/layer";
import { type Content, createJsonContent, descriptorOf } from "../../stores/registry/content";
import * as oci from "../../stores/registry/media-types";

/** A manifest, and the blobs that it lists. */
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
  /** The content of the tag where cosign looks for a signature of the index. */
  readonly signature: ManifestWithBlobs;
  readonly signatureTag: string;
  /** A bill of materials whose subject is the index. */
  readonly artifact: ManifestWithBlobs;
  /** The list of what refers to the index, for registries without such lists, and its tag. */
  readonly referrers: Content;
  readonly referrersTag: string;
}

/** Media types of the OCI image specification 1.1, and those of what is attached to the image here. */
const mediaTypes = {
  ...oci.mediaTypes,
  empty: "application/vnd.oci.empty.v1+json",
  signature: "application/vnd.dev.cosign.simplesigning.v1+json",
  billOfMaterials: "application/spdx+json",
};

/** The kind of the artifact that is attached to the image. */
export const artifactType = mediaTypes.billOfMaterials;

/** Makes bytes that look random, and are always the same for a seed. */
export function pseudorandomBytes(seed: string, length: number): Buffer {
  return createHash("shake256", { outputLength: length }).update(seed).digest();
}

function withManifest(config: Content, layers: readonly Content[], more: object = {}): ManifestWithBlobs {
  const manifest = createJsonContent(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
    ...more,
  });
  return { manifest, blobs: [config, ...layers] };
}

function indexOf(manifests: readonly object[]): Content {
  return createJsonContent(mediaTypes.index, { schemaVersion: 2, mediaType: mediaTypes.index, manifests });
}

/** Size of the layer for all platforms: skopeo resumes an interrupted download only after a MiB (containers/image, body_reader.go). */
const baseBytes = 4_000_000;

/** One layer for all platforms and one for this platform, each larger than a packet. */
function platformImage(architecture: string): ManifestWithBlobs {
  const layers = [
    createLayer({ base: pseudorandomBytes("base", baseBytes) }),
    createLayer({ program: pseudorandomBytes(architecture, 100_000) }),
  ];
  const config = createJsonContent(mediaTypes.config, {
    architecture,
    os: "linux",
    config: {},
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
  });
  return withManifest(config, layers);
}

/** What cosign attaches to an image, without a real signature: nothing here verifies it. */
function signatureOf(index: Content): ManifestWithBlobs {
  const payload = createJsonContent(mediaTypes.signature, {
    critical: { image: { "docker-manifest-digest": index.digest }, type: "cosign container image signature" },
  });
  const config = createJsonContent(mediaTypes.config, {
    architecture: "",
    os: "",
    config: {},
    rootfs: { type: "layers" },
  });
  return withManifest(config, [payload]);
}

function artifactOf(index: Content): ManifestWithBlobs {
  const document = createJsonContent(mediaTypes.billOfMaterials, { spdxVersion: "SPDX-2.3", name: "test image" });
  const config = createJsonContent(mediaTypes.empty, {});
  return withManifest(config, [document], { artifactType, subject: descriptorOf(index) });
}

/** Creates the image that is pushed, pulled and compared. It is always the same. */
export function createTestImage(): TestImage {
  const platforms = { "linux/amd64": platformImage("amd64"), "linux/arm64": platformImage("arm64") };
  const index = indexOf(
    Object.entries(platforms).map(([platform, { manifest }]) => {
      const [os, architecture] = platform.split("/");
      return { ...descriptorOf(manifest), platform: { os, architecture } };
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
    referrers: indexOf([{ ...descriptorOf(artifact.manifest), artifactType }]),
    referrersTag,
  };
}
