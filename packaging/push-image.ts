import { createReadStream } from "node:fs";
import { bodyOf } from "../stores/http/exchange";
import { inParallel } from "../stores/in-parallel";
import { type Content, type Descriptor, descriptorOf } from "../stores/registry/content";
import type { Repository } from "../stores/registry/repository";
import { type BlobStep, transfersAtOnce } from "./base-layers";
import type { DerivedImage } from "./derive-image";

/** The destination of an image, and the source of its base's layers. */
export interface Push {
  readonly to: Repository;
  /** @default none: the image is pushed by digest only */
  readonly tag?: string;
  /** The repository of the same registry that holds the base. @default none: the base is in another registry */
  readonly mountFrom?: string;
  /** Returns the file of a base layer. Called only if the layer must be uploaded. */
  layerFile(layer: Descriptor): Promise<string>;
  /** Called for each blob. */
  onStep(step: BlobStep): void;
}

async function pushBaseLayer({ to, mountFrom, layerFile, onStep }: Push, layer: Descriptor): Promise<void> {
  const { digest, size } = layer;
  if (await to.has(digest)) return onStep({ blob: layer, step: "already there" });
  if (mountFrom !== undefined && (await to.mount(digest, mountFrom))) return onStep({ blob: layer, step: "mounted" });
  const file = await layerFile(layer);
  await to.upload(digest, { length: size, open: () => createReadStream(file) });
  onStep({ blob: layer, step: "uploaded" });
}

async function pushOwn({ to, onStep }: Push, blob: Content): Promise<void> {
  const isThere = await to.has(blob.digest);
  if (!isThere) await to.upload(blob.digest, bodyOf(blob.bytes));
  onStep({ blob: descriptorOf(blob), step: isThere ? "already there" : "uploaded" });
}

/**
 * Pushes an image: blobs first, then manifests, then the index, because a registry refuses references to what it does not hold.
 *
 * @throws StoreError
 */
export async function pushImage({ top, manifests, blobs, baseLayers }: DerivedImage, push: Push): Promise<void> {
  const steps = [
    ...baseLayers.map((layer) => () => pushBaseLayer(push, layer)),
    ...blobs.map((blob) => () => pushOwn(push, blob)),
  ];
  await inParallel(steps, transfersAtOnce, (step) => step());
  await inParallel(manifests, transfersAtOnce, (manifest) => push.to.put(manifest));
  await push.to.put(top, push.tag);
}
