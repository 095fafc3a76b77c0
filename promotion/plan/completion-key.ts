/**
 * The name of the object that records, in a bucket for blobs, that all blobs of an image are there: of its index and their
 * children, but not of what is attached to it, which has records of its own.
 *
 * A bucket lists blobs, but not which of them an image needs, so without the record each plan would read every manifest. The run
 * writes it, empty, after it has verified the blobs at the bucket and at all buckets that the cloud fills from it; so a record that
 * a replica has received does not run ahead of its blobs for long.
 *
 * @param digest of the promoted manifest, with `sha256:`
 */
export function completionKey(digest: string): string {
  return `${completionPrefix}${digest}`;
}

/** The prefix of all completion records. No redirect leads there. */
export const completionPrefix = "containers/complete/";
