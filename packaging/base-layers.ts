import type { Descriptor } from "../stores/registry/content";
import type { Repository } from "../stores/registry/repository";
import type { BlobFolder } from "./blob-folder";

/** Transfers at once: between the three downloads and the five uploads that are Docker's defaults (dockerd, `max-concurrent-uploads`). */
export const transfersAtOnce = 4;

/** What became of a layer, or of a configuration. */
export interface BlobStep {
  readonly blob: Descriptor;
  readonly step: "found here" | "downloaded" | "found there" | "mounted" | "uploaded";
}

/** The layers of a base as files: each is fetched when it is first wanted, and only once. */
export class BaseLayers {
  readonly #base: Repository;
  readonly #folder: BlobFolder;
  readonly #onStep: (step: BlobStep) => void;
  readonly #files = new Map<string, Promise<string>>();

  /** @param folder takes them, and is looked into first */
  constructor(base: Repository, folder: BlobFolder, onStep: (step: BlobStep) => void) {
    this.#base = base;
    this.#folder = folder;
    this.#onStep = onStep;
  }

  /** A layer's file, whole and verified. @throws RegistryError */
  file(layer: Descriptor): Promise<string> {
    const file = this.#files.get(layer.digest) ?? this.#fetch(layer);
    this.#files.set(layer.digest, file);
    return file;
  }

  async #fetch(layer: Descriptor): Promise<string> {
    const { digest } = layer;
    const here = await this.#folder.has(layer);
    if (!here) await this.#folder.receive(digest, (file) => this.#base.download(layer, file));
    this.#onStep({ blob: layer, step: here ? "found here" : "downloaded" });
    return this.#folder.path(digest);
  }
}
