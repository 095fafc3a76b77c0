import { GoogleReader } from "../../stores/google/google-reader";
import { HttpObject } from "../../stores/http/http-object";
import { S3Reader } from "../../stores/s3/s3-reader";
import { FileTableSource } from "./file-table-source";
import { parseObjectAddress } from "./object-address";
import { ObjectTableSource } from "./object-table-source";
import type { TableSource } from "./table-source";

/** Named without its query, which gives access to the object in a presigned or SAS URL. */
function openWebTable(text: string): TableSource {
  const { origin, pathname, username, password } = new URL(text);
  if (username !== "" || password !== "") throw new Error("a table's URL cannot carry a user name or password");
  const object = new HttpObject(text);
  return new ObjectTableSource(origin + pathname, (options) => object.get(options));
}

function openS3Table(text: string): TableSource {
  const { bucket, key, parameters } = parseObjectAddress(text, ["region"]);
  const store = new S3Reader({ bucket, region: findRegion(text, parameters) });
  return new ObjectTableSource(`s3://${bucket}/${key}`, (options) => store.get(key, options));
}

/** @throws Error, with the fix, if neither the text nor the environment names a region */
function findRegion(text: string, parameters: URLSearchParams): string {
  const region = parameters.get("region") ?? (process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION);
  if (region !== undefined && /^[a-z0-9-]{1,40}$/.test(region)) return region;
  throw new Error(`${text} has no region: append ?region=eu-west-1, or set AWS_REGION`);
}

function openGoogleTable(text: string): TableSource {
  const { bucket, key } = parseObjectAddress(text, []);
  const store = new GoogleReader(bucket);
  return new ObjectTableSource(`gs://${bucket}/${key}`, (options) => store.get(key, options));
}

/**
 * The source that a text names:
 *
 * - `https://…`, `http://…`: read by ETag. Plain `http:` only inside a network that you trust: a checksum is not a signature;
 * - `s3://bucket/key?region=R`: with the environment's AWS credentials; the region may be left to `AWS_REGION`;
 * - `gs://bucket/object`: as the service account that the program runs as;
 * - anything else: the path of a file.
 *
 * Nothing is read yet.
 *
 * @throws Error, with the fix, if the text is none of them
 */
export function openTableSource(text: string): TableSource {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text) ?? [];
  if (scheme !== undefined && !URL.canParse(text))
    throw new Error(`a routing table cannot come from ${text}: it is not a URL`);
  switch (scheme?.toLowerCase()) {
    case "https":
    case "http":
      return openWebTable(text);
    case "s3":
      return openS3Table(text);
    case "gs":
      return openGoogleTable(text);
    case undefined:
      if (text !== "") return new FileTableSource(text);
  }
  throw new Error(
    `a routing table comes from a file, https://…, s3://bucket/key?region=R or gs://bucket/object, not from ${JSON.stringify(text)}`,
  );
}
