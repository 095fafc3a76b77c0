import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Content, Descriptor } from "../stores/registry/content";

/** Blobs as files: the folder `blobs` of an OCI layout (OCI image specification, "Image Layout"). */
export class BlobFolder {
  readonly #folder: string;

  /** @param folder is made where there is none */
  constructor(folder: string) {
    this.#folder = join(folder, "sha256");
    mkdirSync(this.#folder, { recursive: true });
  }

  /** The file of a blob, be it here or not. */
  path(digest: string): string {
    return join(this.#folder, digest.replace(/^sha256:/, ""));
  }

  /** Whether a blob is here and whole: every byte is looked at. */
  async has({ digest, size }: Descriptor): Promise<boolean> {
    const file = this.path(digest);
    if (!existsSync(file) || statSync(file).size !== size) return false;
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    return `sha256:${hash.digest("hex")}` === digest;
  }

  write({ digest, bytes }: Content): void {
    writeFileSync(this.path(digest), bytes);
  }

  /**
   * Takes in a blob that somebody writes into a file. It gets its name when it is whole, so that an interrupted run leaves nothing that
   * looks like a blob.
   *
   * @param writing is given the file, and throws where what it wrote is not the blob
   */
  async receive(digest: string, writing: (file: string) => Promise<void>): Promise<void> {
    const unfinished = join(this.#folder, `.unfinished-${process.pid}-${digest.replace(/^sha256:/, "")}`);
    try {
      await writing(unfinished);
      renameSync(unfinished, this.path(digest));
    } finally {
      rmSync(unfinished, { force: true });
    }
  }
}
