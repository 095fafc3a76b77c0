import { createHash } from "node:crypto";
import { z } from "zod";
import { donorIndexFolder } from "../../inventory/names";
import { readBounded } from "../../networks/read-bounded";
import type { Bucket } from "../../stores/bucket";
import { bodyOf } from "../../stores/http/exchange";
import { StoreError } from "../../stores/store-error";
import type { ImageContents } from "./image-work";

/** An image that a donor's mirror should have, or something attached to one. */
export interface ListedImage {
  /** The repository at mirrors. */
  readonly repository: string;
  readonly digest: string;
  /** @default it is promised itself */
  readonly attachedTo?: string;
  readonly contents: ImageContents;
}

/** A file that a donor's mirror should have. */
export interface ListedFile {
  readonly path: string;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Everything that a donor's mirror should have, as far as it was read. */
export interface DonorList {
  /** By {@link imageKeyOf}. */
  readonly images: ReadonlyMap<string, ListedImage>;
  /** By path. */
  readonly files: ReadonlyMap<string, ListedFile>;
  /** The bytes that it was read from. @default there was no list */
  readonly bytes?: Buffer;
}

/** An image's key in a list. */
export function imageKeyOf({ repository, digest }: Pick<ListedImage, "repository" | "digest">): string {
  return `${repository}@${digest}`;
}

/** The name of a donor's list, in the origin's bucket, beside its index. @param mirror `provider/mirror` */
function donorListKey(mirror: string): string {
  return `${donorIndexFolder}/${mirror}.images.jsonl`;
}

/** Bytes: that of 20,000 images with twelve blobs each has 30 MB. */
const longestList = 256 * 1024 * 1024;

const digest = z.string().regex(/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/);
const size = z.number().int().nonnegative();
const sized = z.array(z.tuple([digest, size]));
const imageLine = z.object({
  repository: z.string(),
  digest,
  attachedTo: digest.optional(),
  manifests: sized,
  blobs: sized,
  attached: z.array(digest),
});
const fileLine = z.object({ path: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), size });
const line = z.union([imageLine, fileLine]);

type ImageLine = z.infer<typeof imageLine>;

function parseLine(text: string): z.infer<typeof line> | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function toImage({ repository, digest, attachedTo, manifests, blobs, attached }: ImageLine): ListedImage {
  return {
    repository,
    digest,
    ...(attachedTo !== undefined && { attachedTo }),
    contents: {
      manifests: manifests.map(([digest, size]) => ({ digest, size })),
      blobs: blobs.map(([digest, size]) => ({ mediaType: "application/octet-stream", digest, size })),
      attached,
    },
  };
}

function toLine({ repository, digest, attachedTo, contents }: ListedImage): ImageLine {
  const pairOf = ({ digest, size }: { readonly digest: string; readonly size: number }): [string, number] => [
    digest,
    size,
  ];
  return {
    repository,
    digest,
    ...(attachedTo !== undefined && { attachedTo }),
    manifests: contents.manifests.map(pairOf),
    blobs: contents.blobs.map(pairOf),
    attached: [...contents.attached],
  };
}

/**
 * Reads what earlier runs have listed for a donor. A line that is not understood is dropped: what it listed is read again.
 *
 * @returns an empty list if there is none
 * @throws StoreError
 */
export async function readDonorList(bucket: Bucket, mirror: string, signal: AbortSignal): Promise<DonorList> {
  const key = donorListKey(mirror);
  const images = new Map<string, ListedImage>();
  const files = new Map<string, ListedFile>();
  try {
    const { body } = await bucket.open(key, { signal });
    const bytes = await readBounded(body, longestList, () => new StoreError(`${bucket.url}/${key} is too long`));
    for (const text of `${bytes}`.split("\n")) {
      const read = parseLine(text);
      if (read === undefined) continue;
      if ("path" in read) files.set(read.path, read);
      else images.set(imageKeyOf(read), toImage(read));
    }
    return { images, files, bytes };
  } catch (error) {
    if (error instanceof StoreError && error.fault === "absent") return { images, files };
    throw error;
  }
}

/** A list as JSON lines, sorted. @param index the SHA-256 of the index that follows from it, in hexadecimal */
export function formatDonorList({ images, files }: DonorList, index: string): Buffer {
  const listed = [...images.values()].sort((a, b) => (imageKeyOf(a) < imageKeyOf(b) ? -1 : 1));
  const paths = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const lines = [{ format: 1, index }, ...listed.map(toLine), ...paths];
  return Buffer.from(lines.map((each) => `${JSON.stringify(each)}\n`).join(""));
}

/** Writes a list. @throws StoreError */
export async function writeDonorList(
  bucket: Bucket,
  mirror: string,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const options = { sha256, contentType: "application/jsonl", cacheControl: "no-store", signal };
  await bucket.put(donorListKey(mirror), bodyOf(bytes), options);
}
