import { type Content, createJsonContent, type Descriptor, descriptorOf } from "../stores/registry/content";
import { mediaTypes } from "../stores/registry/media-types";
import type { BaseImage, ImageConfig, PlatformImage, RunConfig } from "./base-image";
import type { Layer } from "./layer";

/** What is added to a base. */
export interface Addition {
  readonly layer: Layer;
  /** The command that the image's history shows for the layer, such as `mirrorform image`. */
  readonly createdBy: string;
  readonly created: Date;
  /** Labels of the configuration and annotations of the manifests, such as `org.opencontainers.image.title`. */
  readonly labels: Readonly<Record<string, string>>;
  /** The base's name, for a label. */
  readonly baseName: string;
  /** Turns how the base's program runs into how the layer's program runs. */
  run(base: RunConfig): RunConfig;
}

/** A built image. The base's layers are only referenced. */
export interface DerivedImage {
  /** What the image is named by: an index, or the manifest of its one platform. */
  readonly top: Content;
  /** The manifests that the index lists. Empty if there is no index. */
  readonly manifests: readonly Content[];
  /** The added layer and the configurations. */
  readonly blobs: readonly Content[];
  /** Without duplicates. */
  readonly baseLayers: readonly Descriptor[];
}

/** OCI image specification, "Pre-Defined Annotation Keys": the name and the digest of the base image. */
function labelsOf({ labels, baseName }: Addition, baseDigest: string): Record<string, string> {
  return {
    ...labels,
    "org.opencontainers.image.base.name": baseName,
    "org.opencontainers.image.base.digest": baseDigest,
  };
}

/** The members of a configuration that OCI defines. Docker's own (`container_config` and others) describe the base alone. */
const ociMembers: readonly (keyof ImageConfig)[] = [
  "author",
  "architecture",
  "os",
  "os.version",
  "os.features",
  "variant",
];

function derivedConfig({ config, digest }: PlatformImage, addition: Addition): Content {
  const { layer, createdBy, run } = addition;
  const created = addition.created.toISOString();
  const ran = run(config.config ?? {});
  return createJsonContent(mediaTypes.config, {
    created,
    ...Object.fromEntries(ociMembers.filter((name) => name in config).map((name) => [name, config[name]])),
    config: { ...ran, Labels: { ...ran.Labels, ...labelsOf(addition, digest) } },
    rootfs: { type: "layers", diff_ids: [...config.rootfs.diff_ids, layer.diffId] },
    history: [...(config.history ?? []), { created, created_by: createdBy }],
  });
}

/**
 * Adds a layer to every platform of a base. The result always has OCI's media types, even if the base has Docker's: layers have
 * the same bytes in both, and some registries refuse a manifest that mixes them. The same base and addition give the same digest.
 */
export function deriveImage(base: BaseImage, addition: Addition): DerivedImage {
  const built = base.platforms.map((image) => {
    const config = derivedConfig(image, addition);
    const manifest = createJsonContent(mediaTypes.manifest, {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: descriptorOf(config),
      layers: [...image.layers, descriptorOf(addition.layer)],
      annotations: labelsOf(addition, image.digest),
    });
    return { platform: image.platform, config, manifest };
  });
  const manifests = built.map(({ manifest }) => manifest);
  const index = createJsonContent(mediaTypes.index, {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: built.map(({ manifest, platform }) => ({ ...descriptorOf(manifest), platform })),
    annotations: labelsOf(addition, base.digest),
  });
  const layers = base.platforms.flatMap((image) => image.layers);
  const [only = index] = manifests;
  return {
    top: base.isIndex ? index : only,
    manifests: base.isIndex ? manifests : [],
    blobs: [addition.layer, ...built.map(({ config }) => config)],
    baseLayers: [...new Map(layers.map((layer) => [layer.digest, layer])).values()],
  };
}
