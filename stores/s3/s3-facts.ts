import type { IncomingHttpHeaders } from "node:http";
import type { ObjectFacts } from "../bucket";
import { hexOfBase64, recordedSha256 } from "../checksum-form";
import { readSize } from "../http/read-size";

/**
 * The facts in the headers of an answer of S3. A checksum of an object that was uploaded in parts covers the parts' checksums, not
 * the object (Amazon S3 User Guide, "Checking object integrity": type COMPOSITE, and a hyphen in the value); it is not reported.
 * Nor is the ETag reported as MD5, because that depends on the encryption.
 */
export function readS3Facts(key: string, headers: IncomingHttpHeaders, size = readSize(headers)): ObjectFacts {
  const isWhole = headers["x-amz-checksum-type"] !== "COMPOSITE";
  const checksum = (name: string, bytes: number) =>
    isWhole ? hexOfBase64(headers[`x-amz-checksum-${name}`]?.toString(), bytes) : undefined;
  return {
    key,
    size,
    sha256: checksum("sha256", 32),
    crc32c: checksum("crc32c", 4),
    recordedSha256: recordedSha256(headers["x-amz-meta-sha256"]),
    etag: headers.etag,
  };
}
