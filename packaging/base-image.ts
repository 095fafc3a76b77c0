import { z } from "zod";
import type { Content, Descriptor } from "../stores/registry/content";
import { inParallel } from "../stores/registry/in-parallel";
import { isConfig, isIndex, isManifest, ociLayerType } from "../stores/registry/media-types";
import { RegistryError } from "../stores/registry/registry-error";
import type { Repository } from "../stores/registry/repository";

const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[a-f0-9]{64}$/, "only sha256 is known here"),
  size: z.number().int().nonnegative(),
  annotations: z.record(z.string(), z.string()).nullish(),
});
const platform = z.looseObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() });
const indexShape = z.object({ manifests: z.array(descriptor.extend({ platform: platform.nullish() })) });
const manifestShape = z.object({ config: descriptor, layers: z.array(descriptor) });

/** Official images have up to ten platforms, of some kilobytes each. */
const platformsAtOnce = 5;

/** What is read of an image's configuration; Docker writes null for what is empty. */
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

/** For whom an image is: `os`, `architecture`, perhaps `variant` and others of OCI's. */
export type Platform = z.infer<typeof platform>;

/** An image's configuration (OCI image specification, "Image Configuration"). */
export type ImageConfig = z.infer<typeof configShape>;

/** How a container of the image is run: the part of a configuration that is of the program, not of the layers. */
export type RunConfig = NonNullable<ImageConfig["config"]>;

/** The image of one platform. */
export interface PlatformImage {
  readonly platform: Platform;
  /** The manifest's digest. */
  readonly digest: string;
  readonly config: ImageConfig;
  /** The lowest first, under OCI's media types. */
  readonly layers: readonly Descriptor[];
}

/** What another image is built upon. */
export interface BaseImage {
  readonly digest: string;
  /** Whether it is an index of platforms, or one platform's manifest. */
  readonly isIndex: boolean;
  /** Those of Linux, in the base's order. */
  readonly platforms: readonly PlatformImage[];
  /** The platforms that were left out: `windows/amd64`. */
  readonly leftOut: readonly string[];
}

function read<T>(shape: z.ZodType<T>, bytes: Buffer, what: string): T {
  try {
    return shape.parse(JSON.parse(bytes.toString()));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replace(/\n\s*/g, "; ") : (error as Error).message;
    throw new RegistryError(`${what} is none that can be built upon: ${why}`);
  }
}

/** `linux/arm64/v8` */
export function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter((part) => part).join("/");
}

function layerOfBase({ mediaType, digest, size, annotations }: z.infer<typeof descriptor>): Descriptor {
  const oci = ociLayerType(mediaType);
  if (oci !== undefined) return { mediaType: oci, digest, size, ...(annotations && { annotations }) };
  throw new RegistryError(
    `the base's layer ${digest} is a ${mediaType}, which cannot be passed on: use a base of ordinary layers (tar, gzip or zstd)`,
  );
}

async function platformImage(repository: Repository, manifest: Content, told?: Platform): Promise<PlatformImage> {
  const what = `${repository.host}/${repository.name}@${manifest.digest}`;
  const { config: configDescriptor, layers } = read(manifestShape, manifest.bytes, what);
  if (!isConfig(configDescriptor.mediaType)) {
    throw new RegistryError(`${what} is a ${configDescriptor.mediaType}, not an image: name an image`);
  }
  const config = read(configShape, await repository.getDocument(configDescriptor as Descriptor), what);
  if (config.os !== "linux") {
    throw new RegistryError(`${what} is for ${platformName(config) || "no system"}: use a base for Linux`);
  }
  if (config.rootfs.diff_ids.length !== layers.length) {
    throw new RegistryError(
      `${what} has ${layers.length} layers and a configuration of ${config.rootfs.diff_ids.length}`,
    );
  }
  const { os, architecture, variant } = config;
  const platform = told ?? { os, architecture, ...(variant !== undefined && { variant }) };
  return { platform, digest: manifest.digest, config, layers: layers.map(layerOfBase) };
}

async function memberImage(repository: Repository, digest: string, told?: Platform | null): Promise<PlatformImage> {
  const manifest = await repository.getManifest(digest);
  if (isManifest(manifest.mediaType)) return platformImage(repository, manifest, told ?? undefined);
  throw new RegistryError(`${repository.name}@${digest} is a ${manifest.mediaType}, not one platform's image`);
}

/**
 * Reads the manifests and configurations of a base: of an index every platform of Linux, or of one platform's manifest. What an index
 * holds besides (`unknown/unknown`: statements about how an image was built) is left out.
 *
 * @throws RegistryError where it is not to be had, or is nothing to build upon
 */
export async function readBaseImage(repository: Repository, digest: string): Promise<BaseImage> {
  const top = await repository.getManifest(digest);
  if (isManifest(top.mediaType)) {
    return { digest, isIndex: false, platforms: [await platformImage(repository, top)], leftOut: [] };
  }
  const what = `${repository.host}/${repository.name}@${digest}`;
  if (!isIndex(top.mediaType)) throw new RegistryError(`${what} is a ${top.mediaType}, not an image: name an image`);
  const { manifests } = read(indexShape, top.bytes, what);
  const forLinux = manifests.filter((each) => !each.platform || each.platform.os === "linux");
  if (forLinux.length === 0) throw new RegistryError(`${what} has no platform of Linux: use a base that has`);
  const leftOut = manifests.filter((each) => !forLinux.includes(each)).flatMap((each) => each.platform ?? []);
  return {
    digest,
    isIndex: true,
    platforms: await inParallel(forLinux, platformsAtOnce, (each) =>
      memberImage(repository, each.digest, each.platform),
    ),
    leftOut: leftOut.map(platformName).filter((name) => name !== "unknown/unknown"),
  };
}
