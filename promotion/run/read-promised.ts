import type { PromotedFile, PromotedImage } from "../promoted";
import type { ListedFile, ListedImage } from "./donor-list";
import { contentsOf } from "./image-work";
import { readFilesAtOrigin } from "./read-files-at-origin";
import { readImagesAtOrigin } from "./read-images-at-origin";
import type { RunContext } from "./run-context";

/** What was read at the origin, and why some of it was not. */
export interface PromisedReading {
  readonly images: readonly ListedImage[];
  readonly files: readonly ListedFile[];
  /** What failed first. @default nothing did */
  readonly failure?: unknown;
}

/**
 * Reads at the origin what promised artifacts consist of. What the origin does not have is left out, and so is what cannot be read.
 *
 * @throws the reason of the signal
 */
export async function readPromised(
  context: RunContext,
  images: readonly PromotedImage[],
  files: readonly PromotedFile[],
): Promise<PromisedReading> {
  const reading = await readImagesAtOrigin(context, images, ({ image: { repository, digest }, closure }) => ({
    repository,
    digest,
    contents: contentsOf(closure),
  }));
  const done = { images: reading.found, ...("failure" in reading && { failure: reading.failure }) };
  try {
    const found = await readFilesAtOrigin(context, files);
    return { ...done, files: found.map(({ file: { path, sha256 }, facts: { size } }) => ({ path, sha256, size })) };
  } catch (failure) {
    context.signal.throwIfAborted();
    return { failure, ...done, files: [] };
  }
}
