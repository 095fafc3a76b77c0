import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Content, Descriptor } from "../stores/registry/content";

/** Blobs as files: the folder `blobs` of an OCI layout (OCI image specification, "Image Layout"). */
export class BlobFolder {
  readonly #folder: string;

  /** @param folder created if missing */
  constructor(folder: string) {
    this.#folder = join(folder, "sha256");
    mkdirSync(this.#folder, { recursive: true });
  }

  /** The path of a blob, whether or not the blob is there. */
  path(digest: string): string {
    return join(this.#folder, digest.replace(/^sha256:/, ""));
  }

  /** Whether a blob is there and complete. Reads every byte. */
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
   * Stores a blob that a callback writes to a file. The file gets its name when it is complete, so an interrupted run leaves
   * nothing that looks like a blob.
   *
   * @param write receives the file's path, and throws if what it wrote is not the blob
   */
  async receive(digest: string, write: (file: string) => Promise<void>): Promise<void> {
    const unfinished = join(this.#folder, `.unfinished-${process.pid}-${digest.replace(/^sha256:/, "")}`);
    try {
      await write(unfinished);
      renameSync(unfinished, this.path(digest));
    } finally {
      rmSync(unfinished, { force: true });
    }
  }
}
