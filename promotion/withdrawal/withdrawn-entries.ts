import { imageKey } from "../../overlay/image-key";
import type { Withdrawn, WithdrawnFile, WithdrawnImage } from "../promoted";

/** What the manifests withdraw, by the names at mirrors. */
export class WithdrawnEntries {
  readonly #images = new Map<string, WithdrawnImage>();
  readonly #tags = new Map<string, WithdrawnImage>();
  readonly #files = new Map<string, WithdrawnFile>();

  constructor(withdrawn: readonly Withdrawn[]) {
    for (const entry of withdrawn) {
      if (entry.kind === "file") this.#files.set(entry.path, entry);
      else if (entry.digest !== undefined) this.#images.set(imageKey(entry.repository, entry.digest), entry);
      else for (const tag of entry.tags) this.#tags.set(`${entry.repository}:${tag}`, entry);
    }
  }

  /** The entry that withdraws a digest with all its tags. */
  ofImage(repository: string, digest: string): WithdrawnImage | undefined {
    return this.#images.get(imageKey(repository, digest));
  }

  /** The entry that withdraws only a tag. */
  ofTag(repository: string, tag: string): WithdrawnImage | undefined {
    return this.#tags.get(`${repository}:${tag}`);
  }

  ofFile(path: string): WithdrawnFile | undefined {
    return this.#files.get(path);
  }
}
