import { blobFolder } from "../../inventory/names";

/**
 * The name of the object that records, in a bucket for blobs, that all blobs of an image are there: of its index and their
 * children, but not of what is attached to it, which has records of its own. It is in a folder beside the blobs, because the bucket may
 * belong to somebody else, who gave the promotion a part of it.
 *
 * A bucket lists blobs, but not which of them an image needs, so without the record each plan would read every manifest. The run
 * writes it, empty, after it has verified the blobs at the bucket and at all buckets that the cloud fills from it; so a record that
 * a replica has received does not run ahead of its blobs for long.
 *
 * @param digest of the promoted manifest, with `sha256:`
 * @param keyOf the object's name for a blob
 */
export function completionKey(digest: string, keyOf: (digest: string) => string = usualKey): string {
  const folders = keyOf(digest).split("/").slice(0, -1);
  return [...folders.slice(0, -1), "complete", digest].join("/");
}

const usualKey = (digest: string) => `${blobFolder}/${digest}`;

/** What the names of all completion records begin with, in buckets that the inventory creates. No redirect leads there. */
export const completionPrefix = completionKey("");
