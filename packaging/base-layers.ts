import type { Descriptor } from "../stores/registry/content";
import type { Repository } from "../stores/registry/repository";
import type { BlobFolder } from "./blob-folder";

/** Transfers at once: between Docker's defaults of three downloads and five uploads (dockerd, `max-concurrent-downloads` and `-uploads`). */
export const transfersAtOnce = 4;

/** What happened to a layer or a configuration. */
export interface BlobStep {
  readonly blob: Descriptor;
  readonly step: "cached" | "downloaded" | "already there" | "mounted" | "uploaded";
}

/** The layers of a base as files. Each is downloaded when it is first needed, and only once. */
export class BaseLayers {
  readonly #base: Repository;
  readonly #folder: BlobFolder;
  readonly #onStep: (step: BlobStep) => void;
  readonly #files = new Map<string, Promise<string>>();

  /** @param folder receives the layers. Those that it already holds are not downloaded. */
  constructor(base: Repository, folder: BlobFolder, onStep: (step: BlobStep) => void) {
    this.#base = base;
    this.#folder = folder;
    this.#onStep = onStep;
  }

  /** The path of a layer's file, complete and verified. @throws StoreError */
  file(layer: Descriptor): Promise<string> {
    const file = this.#files.get(layer.digest) ?? this.#fetch(layer);
    this.#files.set(layer.digest, file);
    return file;
  }

  async #fetch(layer: Descriptor): Promise<string> {
    const { digest } = layer;
    const isCached = await this.#folder.has(layer);
    if (!isCached) await this.#folder.receive(digest, (file) => this.#base.download(layer, file));
    this.#onStep({ blob: layer, step: isCached ? "cached" : "downloaded" });
    return this.#folder.path(digest);
  }
}
