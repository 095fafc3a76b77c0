import { StoreError } from "../../stores/store-error";

/** A bucket and a prefix in it, from a URL of a manifest. */
export type BucketUrl = (
  | { readonly at: "google"; readonly bucket: string }
  | { readonly at: "aws"; readonly bucket: string }
  | { readonly at: "azure"; readonly account: string; readonly container: string }
  | { readonly at: "s3"; readonly endpoint: string; readonly bucket: string }
) & {
  /** What follows the bucket, without a leading slash. */
  readonly rest: string;
};

const azure = /^https:\/\/([a-z0-9]{3,24})\.blob\.core\.windows\.net\/([a-z0-9$-]{1,63})\/?(.*)$/;
const scheme = /^(gs|s3):\/\/([a-z0-9][a-z0-9._-]{1,220})\/?(.*)$/;
/** For trials and tests: a store on loopback with S3's API. */
const local = /^(http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d{1,5})\/([a-z0-9][a-z0-9.-]{1,62})\/?(.*)$/;

/**
 * Parses `gs://BUCKET/PREFIX`, `s3://BUCKET/PREFIX`, `https://ACCOUNT.blob.core.windows.net/CONTAINER/PREFIX`, or a store with S3's API on
 * loopback.
 *
 * @throws StoreError
 */
export function parseBucketUrl(text: string): BucketUrl {
  const [, name, bucket = "", rest = ""] = scheme.exec(text) ?? [];
  if (name !== undefined) return { at: name === "gs" ? "google" : "aws", bucket, rest };
  const [, account, container = "", below = ""] = azure.exec(text) ?? [];
  if (account !== undefined) return { at: "azure", account, container, rest: below };
  const [, endpoint, localBucket = "", inside = ""] = local.exec(text) ?? [];
  if (endpoint !== undefined) return { at: "s3", endpoint, bucket: localBucket, rest: inside };
  throw new StoreError(
    `${text} is not a bucket: write gs://BUCKET/PATH, s3://BUCKET/PATH or https://ACCOUNT.blob.core.windows.net/CONTAINER/PATH`,
  );
}
