import { createHash } from "node:crypto";
import { StoreError, TransientError } from "../store-error";
import { algorithmOf, type Descriptor } from "./content";

/** The error for content that is not what its digest names. @param found what was received: another digest, or a length */
export function damaged(host: string, found: string, wanted: string): StoreError {
  return new StoreError(`${host} sends ${found} for ${wanted}: it was damaged there or in transit`, "corrupt");
}

const described = ({ digest, size }: Descriptor): string => `${digest} of ${size} bytes`;

/**
 * Passes on bytes up to a length.
 *
 * @param from how many bytes came before
 * @throws StoreError "corrupt" if there are more; "transient" if there are fewer
 */
export async function* checkLength(source: AsyncIterable<Buffer>, blob: Descriptor, from: number, host: string) {
  let length = from;
  for await (const chunk of source) {
    length += chunk.length;
    if (length > blob.size) throw damaged(host, `more than ${blob.size} bytes`, described(blob));
    yield chunk;
  }
  if (length === blob.size) return;
  throw new TransientError(`${host} sends only ${length} bytes for ${described(blob)}: try again later`);
}

/** Passes on all bytes of a blob. @throws StoreError "corrupt" at the end, if they have another digest */
export async function* checkDigest(source: AsyncIterable<Buffer>, blob: Descriptor, host: string) {
  const algorithm = algorithmOf(blob.digest);
  const hash = createHash(algorithm);
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
  const found = `${algorithm}:${hash.digest("hex")}`;
  if (found !== blob.digest) throw damaged(host, found, described(blob));
}
