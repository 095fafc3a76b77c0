import { createReadStream } from "node:fs";
import { type Content, type Descriptor, descriptorOf } from "../stores/registry/content";
import { bodyOf } from "../stores/registry/exchange";
import { inParallel } from "../stores/registry/in-parallel";
import type { Repository } from "../stores/registry/repository";
import { type BlobStep, transfersAtOnce } from "./base-layers";
import type { DerivedImage } from "./derive-image";

/** Where an image goes, and where its base's layers come from. */
export interface Push {
  readonly to: Repository;
  /** @default none: the image is known by its digest alone */
  readonly tag?: string;
  /** The repository of the same registry that has the base. @default none: it is at another registry */
  readonly mountFrom?: string;
  /** The file of a layer of the base; asked for only where the registry must be sent it. */
  layerFile(layer: Descriptor): Promise<string>;
  /** Receives what became of each blob. */
  onStep(step: BlobStep): void;
}

async function pushBaseLayer({ to, mountFrom, layerFile, onStep }: Push, layer: Descriptor): Promise<void> {
  const { digest, size } = layer;
  if (await to.has(digest)) return onStep({ blob: layer, step: "found there" });
  if (mountFrom !== undefined && (await to.mount(digest, mountFrom))) return onStep({ blob: layer, step: "mounted" });
  const file = await layerFile(layer);
  await to.upload(digest, { length: size, open: () => createReadStream(file) });
  onStep({ blob: layer, step: "uploaded" });
}

async function pushOwn({ to, onStep }: Push, blob: Content): Promise<void> {
  const there = await to.has(blob.digest);
  if (!there) await to.upload(blob.digest, bodyOf(blob.bytes));
  onStep({ blob: descriptorOf(blob), step: there ? "found there" : "uploaded" });
}

/**
 * Pushes an image: what is referred to comes first, or a registry refuses what refers to it.
 *
 * @throws RegistryError
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
