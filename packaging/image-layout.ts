import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../document/replace-file";
import { inParallel } from "../stores/in-parallel";
import { descriptorOf } from "../stores/registry/content";
import { mediaTypes } from "../stores/registry/media-types";
import { StoreError } from "../stores/store-error";
import { type BaseLayers, transfersAtOnce } from "./base-layers";
import { BlobFolder } from "./blob-folder";
import type { DerivedImage } from "./derive-image";

/** OCI image specification, "oci-layout file". */
const marker = "oci-layout";

/**
 * An OCI layout of one image. Files of an earlier build stay, so the layers of a base are downloaded once. The layout's index names
 * only the last image.
 */
export class ImageLayout {
  readonly blobs: BlobFolder;
  readonly #folder: string;

  /** @throws StoreError if the folder contains anything else */
  constructor(folder: string) {
    if (existsSync(folder) && !existsSync(join(folder, marker)) && readdirSync(folder).length > 0) {
      throw new StoreError(`${folder} is not empty, and is not an OCI layout: choose another directory, or empty it`);
    }
    mkdirSync(folder, { recursive: true });
    replaceFile(join(folder, marker), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
    this.#folder = folder;
    this.blobs = new BlobFolder(join(folder, "blobs"));
  }

  /** Writes an image with the layers of its base, and lists it in the index. @throws StoreError if a layer cannot be downloaded */
  async write({ top, manifests, blobs, baseLayers }: DerivedImage, layers: BaseLayers): Promise<void> {
    await inParallel(baseLayers, transfersAtOnce, (layer) => layers.file(layer));
    for (const content of [...blobs, ...manifests, top]) this.blobs.write(content);
    const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [descriptorOf(top)] };
    replaceFile(join(this.#folder, "index.json"), JSON.stringify(index));
  }
}
