import { type Content, createJsonContent, type Descriptor, descriptorOf } from "../stores/registry/content";
import { mediaTypes } from "../stores/registry/media-types";
import type { BaseImage, ImageConfig, PlatformImage, RunConfig } from "./base-image";
import type { Layer } from "./layer";

/** What is put upon a base. */
export interface Addition {
  readonly layer: Layer;
  /** What the history says of it: `mirrorform image`. */
  readonly createdBy: string;
  readonly created: Date;
  /** Labels of the configuration, and annotations of the manifests: `org.opencontainers.image.title` and the like. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where the base is, by its name: a label too. */
  readonly baseName: string;
  /** How the program in the layer is run, from how the base's was. */
  run(base: RunConfig): RunConfig;
}

/** An image, whole but for the base's layers, which it only names. */
export interface DerivedImage {
  /** What the image is known by: an index, or the manifest of its one platform. */
  readonly top: Content;
  /** The manifests that an index names. */
  readonly manifests: readonly Content[];
  /** The layer that was added, and the configurations. */
  readonly blobs: readonly Content[];
  /** Each once. */
  readonly baseLayers: readonly Descriptor[];
}

/** OCI image specification, "Pre-Defined Annotation Keys": the name and the digest of the image below. */
function labelsOf({ labels, baseName }: Addition, baseDigest: string): Record<string, string> {
  return {
    ...labels,
    "org.opencontainers.image.base.name": baseName,
    "org.opencontainers.image.base.digest": baseDigest,
  };
}

/** What only Docker's builder knows of a build (`container_config` and the like) was true of the base alone: OCI's members remain. */
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
 * Puts a layer upon every platform of a base. The result is in OCI's media types whatever the base's are: the bytes of layers are the same
 * in both, and a manifest in which both are mixed is refused by some registries. The same base and addition give the same digest.
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
