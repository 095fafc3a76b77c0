import { z } from "zod";
import { inParallel } from "../stores/in-parallel";
import type { Content, Descriptor } from "../stores/registry/content";
import { isConfig, isIndex, isManifest, ociLayerType } from "../stores/registry/media-types";
import type { Repository } from "../stores/registry/repository";
import { StoreError } from "../stores/store-error";

const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[a-f0-9]{64}$/, "only sha256 is supported"),
  size: z.number().int().nonnegative(),
  annotations: z.record(z.string(), z.string()).nullish(),
});
const platform = z.looseObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() });
const indexShape = z.object({ manifests: z.array(descriptor.extend({ platform: platform.nullish() })) });
const manifestShape = z.object({ config: descriptor, layers: z.array(descriptor) });

/** Platforms read at once. Official images have up to ten, of a few kilobytes each. */
const platformsAtOnce = 5;

/** The fields of an image's configuration that are used here. Docker writes null for empty ones. */
const configShape = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().optional(),
  config: z
    .looseObject({
      User: z.string().nullish(),
      Env: z.array(z.string()).nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      ExposedPorts: z.record(z.string(), z.object({})).nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
    })
    .nullish(),
  rootfs: z.object({ type: z.literal("layers"), diff_ids: z.array(z.string()) }),
  history: z.array(z.looseObject({})).nullish(),
});

/** The platform that an image is for: `os`, `architecture`, and optionally `variant` and others of OCI's fields. */
export type Platform = z.infer<typeof platform>;

/** An image's configuration (OCI image specification, "Image Configuration"). */
export type ImageConfig = z.infer<typeof configShape>;

/** How a container of the image runs: the part of a configuration that is about the program, not the layers. */
export type RunConfig = NonNullable<ImageConfig["config"]>;

/** The image of one platform. */
export interface PlatformImage {
  readonly platform: Platform;
  /** The manifest's digest. */
  readonly digest: string;
  readonly config: ImageConfig;
  /** From the lowest up, with OCI's media types. */
  readonly layers: readonly Descriptor[];
}

/** An image that another one is built on. */
export interface BaseImage {
  readonly digest: string;
  /** Whether it is an index of platforms rather than one platform's manifest. */
  readonly isIndex: boolean;
  /** The Linux platforms, in the base's order. */
  readonly platforms: readonly PlatformImage[];
  /** The platforms that were skipped, such as `windows/amd64`. */
  readonly skipped: readonly string[];
}

function read<T>(shape: z.ZodType<T>, bytes: Buffer, what: string): T {
  try {
    return shape.parse(JSON.parse(bytes.toString()));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replace(/\n\s*/g, "; ") : (error as Error).message;
    throw new StoreError(`${what} cannot be used as a base: ${why}`);
  }
}

/** `linux/arm64/v8` */
export function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter((part) => part).join("/");
}

function layerOfBase({ mediaType, digest, size, annotations }: z.infer<typeof descriptor>): Descriptor {
  const oci = ociLayerType(mediaType);
  if (oci !== undefined) return { mediaType: oci, digest, size, ...(annotations && { annotations }) };
  throw new StoreError(
    `the base's layer ${digest} is a ${mediaType}, which cannot be copied: use a base with ordinary layers (tar, gzip or zstd)`,
  );
}

async function platformImage(repository: Repository, manifest: Content, listed?: Platform): Promise<PlatformImage> {
  const what = `${repository.host}/${repository.name}@${manifest.digest}`;
  const { config: configDescriptor, layers } = read(manifestShape, manifest.bytes, what);
  if (!isConfig(configDescriptor.mediaType)) {
    throw new StoreError(`${what} is a ${configDescriptor.mediaType}, not an image: name an image`);
  }
  const config = read(configShape, await repository.getDocument(configDescriptor as Descriptor), what);
  if (config.os !== "linux") {
    throw new StoreError(`${what} is for ${platformName(config) || "no platform"}: use a base for Linux`);
  }
  if (config.rootfs.diff_ids.length !== layers.length) {
    throw new StoreError(
      `${what} has ${layers.length} layers, and its configuration lists ${config.rootfs.diff_ids.length}`,
    );
  }
  const { os, architecture, variant } = config;
  const platform = listed ?? { os, architecture, ...(variant !== undefined && { variant }) };
  return { platform, digest: manifest.digest, config, layers: layers.map(layerOfBase) };
}

async function memberImage(repository: Repository, digest: string, listed?: Platform | null): Promise<PlatformImage> {
  const manifest = await repository.getManifest(digest);
  if (isManifest(manifest.mediaType)) return platformImage(repository, manifest, listed ?? undefined);
  throw new StoreError(`${repository.name}@${digest} is a ${manifest.mediaType}, not one platform's image`);
}

/**
 * Reads the manifests and configurations of a base: every Linux platform of an index, or the one platform of a manifest. Other
 * entries of an index (`unknown/unknown`: attestations of how an image was built) are skipped.
 *
 * @throws StoreError if the base is unavailable, or cannot be used as a base
 */
export async function readBaseImage(repository: Repository, digest: string): Promise<BaseImage> {
  const top = await repository.getManifest(digest);
  if (isManifest(top.mediaType)) {
    return { digest, isIndex: false, platforms: [await platformImage(repository, top)], skipped: [] };
  }
  const what = `${repository.host}/${repository.name}@${digest}`;
  if (!isIndex(top.mediaType)) throw new StoreError(`${what} is a ${top.mediaType}, not an image: name an image`);
  const { manifests } = read(indexShape, top.bytes, what);
  const forLinux = manifests.filter((each) => !each.platform || each.platform.os === "linux");
  if (forLinux.length === 0) throw new StoreError(`${what} has no Linux platform: use a base that has one`);
  const skipped = manifests.filter((each) => !forLinux.includes(each)).flatMap((each) => each.platform ?? []);
  return {
    digest,
    isIndex: true,
    platforms: await inParallel(forLinux, platformsAtOnce, (each) =>
      memberImage(repository, each.digest, each.platform),
    ),
    skipped: skipped.map(platformName).filter((name) => name !== "unknown/unknown"),
  };
}
