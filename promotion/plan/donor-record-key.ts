import { donorIndexFolder } from "../../inventory/names";

/**
 * The name of the object that records, in the origin's bucket, that a donor's bucket has all blobs of an image: the counterpart of
 * `completionKey` for buckets that promotion cannot write to. The run writes it, empty, after it has verified the donor's copy.
 *
 * @param mirror `provider/mirror`
 * @param digest of the promoted manifest, with `sha256:`
 */
export function donorRecordKey(mirror: string, digest: string): string {
  return `${donorIndexFolder}/${mirror}/complete/${digest}`;
}
