import { createHash } from "node:crypto";
import type { LocalRegistry } from "../../../stores/local/local-registry";
import { type Content, createContent, createJsonContent, descriptorOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";

/** A made-up image for two architectures, with everything that belongs to it. */
export interface DemoImage {
  /** The index. */
  readonly digest: string;
  readonly tag: string;
  /** The layer that only amd64 has. */
  readonly ownLayer: string;
  /** The layer that all made-up images have. */
  readonly sharedLayer: string;
  /** Index, children, signature and SBOM, by digest or cosign's tag. */
  readonly manifests: ReadonlyMap<string, Content>;
  /** Configurations and layers, by digest. */
  readonly blobs: ReadonlyMap<string, Content>;
  /** The bytes of all distinct blobs. */
  readonly blobBytes: number;
}

const artifactTypes = { signature: "application/vnd.dev.cosign.simplesigning.v1+json", sbom: "application/spdx+json" };
/** Bytes of the layer that both architectures share, and of the one that each has for itself. */
const sizes = { shared: 1_500_000, own: 400_000 };

/** The same bytes for the same name, which nothing else has and nothing compresses. */
export function createDemoBytes(name: string, length: number): Buffer {
  return createHash("shake256", { outputLength: length }).update(name).digest();
}

function createManifest(config: Content, layers: readonly Content[], more: object = {}): Content {
  return createJsonContent(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    ...more,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
  });
}

function createPlatform(architecture: string, tag: string, shared: Content) {
  const own = createContent(mediaTypes.layer, createDemoBytes(`${architecture} ${tag}`, sizes.own));
  const config = createJsonContent(mediaTypes.config, { os: "linux", architecture, created: "2026-01-01T00:00:00Z" });
  const manifest = createManifest(config, [shared, own]);
  return { own, blobs: [config, shared, own], manifest, platform: { os: "linux", architecture } };
}

/** Makes an image: an index with two children that share a layer, a cosign signature under its tag, and an SBOM as a referrer. */
export function createDemoImage(tag: string): DemoImage {
  const shared = createContent(mediaTypes.layer, createDemoBytes("shared", sizes.shared));
  const [amd64, arm64] = [createPlatform("amd64", tag, shared), createPlatform("arm64", tag, shared)];
  const index = createJsonContent(mediaTypes.index, {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [amd64, arm64].map(({ manifest, platform }) => ({ ...descriptorOf(manifest), platform })),
  });
  const config = createJsonContent(mediaTypes.config, {});
  const payload = createJsonContent(artifactTypes.signature, { critical: { image: index.digest }, optional: null });
  const sbom = createJsonContent(artifactTypes.sbom, { spdxVersion: "SPDX-2.3", name: `server ${tag}` });
  const signature = createManifest(config, [payload]);
  const referrer = createManifest(config, [sbom], { artifactType: artifactTypes.sbom, subject: descriptorOf(index) });
  const blobs = [...amd64.blobs, ...arm64.blobs, config, payload, sbom];
  const manifests = [index, amd64.manifest, arm64.manifest, referrer];
  const byDigest = new Map(blobs.map((blob) => [blob.digest, blob]));
  return {
    digest: index.digest,
    tag,
    ownLayer: amd64.own.digest,
    sharedLayer: shared.digest,
    manifests: new Map([
      ...manifests.map((each) => [each.digest, each] as const),
      [`${index.digest.replace(":", "-")}.sig`, signature],
    ]),
    blobs: byDigest,
    blobBytes: [...byDigest.values()].reduce((sum, { bytes }) => sum + bytes.length, 0),
  };
}

/** Publishes an image in staging, as its project does. */
export function stageDemoImage(registry: LocalRegistry, repository: string, image: DemoImage): void {
  for (const [digest, { bytes }] of image.blobs) registry.blobs.set(`${repository} ${digest}`, bytes);
  for (const [reference, content] of image.manifests) registry.tag(repository, content, reference);
  registry.tag(repository, image.manifests.get(image.digest) as Content, image.tag);
}
