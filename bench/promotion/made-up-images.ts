import { createCipheriv, createHash } from "node:crypto";
import { bodyOf } from "../../stores/http/exchange";
import { inParallel } from "../../stores/in-parallel";
import { type Content, createJsonContent, type Descriptor, descriptorOf } from "../../stores/registry/content";
import { mediaTypes } from "../../stores/registry/media-types";
import type { Repository } from "../../stores/registry/repository";
import { seededRandom } from "../seeded-random";

/** A layer that is made when it is needed, so that the images do not have to be in memory. */
export interface MadeUpLayer {
  readonly seed: string;
  readonly descriptor: Descriptor;
}

/** An image for two platforms. */
export interface MadeUpImage {
  /** `image-07`. */
  readonly name: string;
  readonly tags: readonly string[];
  readonly index: Content;
  /** Of the platforms. */
  readonly manifests: readonly Content[];
  readonly configs: readonly Content[];
  readonly layers: readonly MadeUpLayer[];
}

/** Images that share layers. */
export interface MadeUpImages {
  readonly images: readonly MadeUpImage[];
  /** Of all distinct blobs and manifests. */
  readonly bytes: number;
  readonly blobs: number;
}

const platforms = ["amd64", "arm64"] as const;
/** How many images have the same second layer. */
const groupSize = 8;
/** Shares of all bytes: of the layers that all images have, and of those that groups have. */
const shares = { base: 0.05, group: 0.15 } as const;

/** Bytes that do not compress, but begin like gzip: programs that look at layers must not compress them. */
export function layerBytes(seed: string, length: number): Buffer {
  const key = createHash("sha256").update(seed).digest();
  const cipher = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
  const bytes = cipher.update(Buffer.alloc(length));
  Buffer.from([0x1f, 0x8b, 0x08, 0x00]).copy(bytes);
  return bytes;
}

/**
 * Makes up images, always the same for the same numbers. Each has two platforms, and each platform a configuration and four layers:
 * one of all images, one of a group of eight, and two of its own, a large and a small one.
 *
 * @param bytes of all distinct layers, about
 */
export function makeUpImages(count: number, bytes: number): MadeUpImages {
  const random = seededRandom(11);
  const known = new Map<string, MadeUpLayer>();
  const layerOf = (seed: string, size: number): MadeUpLayer => {
    const layer = known.get(seed) ?? makeUpLayer(seed, Math.max(1_000, Math.round(size)));
    known.set(seed, layer);
    return layer;
  };
  const groups = Math.ceil(count / groupSize);
  const own = ((1 - shares.base - shares.group) * bytes) / (count * platforms.length);
  const images = Array.from({ length: count }, (_, number): MadeUpImage => {
    const made = platforms.map((platform) => {
      const size = own * (0.5 + random());
      const layers = [
        layerOf(`base ${platform}`, (shares.base * bytes) / platforms.length),
        layerOf(
          `group ${Math.floor(number / groupSize)} ${platform}`,
          (shares.group * bytes) / groups / platforms.length,
        ),
        layerOf(`large ${number} ${platform}`, size * 0.9),
        layerOf(`small ${number} ${platform}`, size * 0.1),
      ];
      return { layers, platform, ...describe(number, platform, layers) };
    });
    const manifests = made.map(({ manifest, platform }) => ({
      ...descriptorOf(manifest),
      platform: { os: "linux", architecture: platform },
    }));
    return {
      name: `image-${String(number).padStart(2, "0")}`,
      tags: ["v1.0.0"],
      index: createJsonContent(mediaTypes.index, { schemaVersion: 2, mediaType: mediaTypes.index, manifests }),
      manifests: made.map(({ manifest }) => manifest),
      configs: made.map(({ config }) => config),
      layers: made.flatMap(({ layers }) => layers),
    };
  });
  const documents = images.flatMap(({ index, manifests, configs }) => [index, ...manifests, ...configs]);
  const sizes = [...documents.map((each) => each.bytes.length), ...[...known.values()].map(sizeOf)];
  return {
    images,
    bytes: sizes.reduce((sum, each) => sum + each, 0),
    blobs: known.size + images.length * platforms.length,
  };
}

function sizeOf({ descriptor }: MadeUpLayer): number {
  return descriptor.size;
}

function makeUpLayer(seed: string, size: number): MadeUpLayer {
  const digest = createHash("sha256").update(layerBytes(seed, size)).digest("hex");
  return {
    seed,
    descriptor: { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: `sha256:${digest}`, size },
  };
}

function describe(number: number, architecture: string, layers: readonly MadeUpLayer[]) {
  const config = createJsonContent(mediaTypes.config, {
    architecture,
    os: "linux",
    config: { Labels: { number: String(number) } },
    rootfs: { type: "layers", diff_ids: layers.map(({ descriptor }) => descriptor.digest) },
  });
  const manifest = createJsonContent(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptorOf(config),
    layers: layers.map(({ descriptor }) => descriptor),
  });
  return { config, manifest };
}

/** Pushes images. @param open the repository for an image's name */
export async function pushImages(images: readonly MadeUpImage[], open: (name: string) => Repository): Promise<void> {
  await inParallel(images, 2, async ({ name, tags, index, manifests, configs, layers }) => {
    const repository = open(name);
    for (const { digest, bytes } of configs) await repository.upload(digest, bodyOf(bytes));
    for (const { seed, descriptor } of layers) {
      if (await repository.has(descriptor.digest)) continue;
      await repository.upload(descriptor.digest, bodyOf(layerBytes(seed, descriptor.size)));
    }
    for (const manifest of manifests) await repository.put(manifest);
    for (const tag of tags) await repository.put(index, tag);
  });
}
