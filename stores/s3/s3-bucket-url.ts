/** Where a bucket is. */
export interface S3Place {
  readonly bucket: string;
  readonly region: string;
  /** Another S3: `https://HOST`, with or without a path. @default AWS */
  readonly endpoint?: string | undefined;
  /** Whether the other S3 has the bucket in the host's name, not in the path. @default false */
  readonly isVirtualHosted?: boolean | undefined;
}

/**
 * A bucket's URL, without a final slash. At AWS the bucket is in the host, except for names with a dot, which no certificate
 * covers. The dual-stack hosts also work without IPv4. At another S3, the bucket is in the path unless the options say otherwise.
 */
export function s3BucketUrl({ bucket, region, endpoint, isVirtualHosted = false }: S3Place): string {
  if (endpoint !== undefined) {
    const base = endpoint.replace(/\/+$/, "");
    return isVirtualHosted ? base.replace("://", `://${bucket}.`) : `${base}/${bucket}`;
  }
  const host = `s3.dualstack.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
  return bucket.includes(".") ? `https://${host}/${bucket}` : `https://${bucket}.${host}`;
}
