import { encodePath } from "../../networks/encode-path";
import { HttpTableSource } from "./http-table-source";
import { type ObjectAddress, parseObjectAddress } from "./object-address";
import type { TableSource } from "./table-source";

function environment(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value === "" ? undefined : value;
}

function required(name: string): string {
  const value = environment(name);
  if (value === undefined)
    throw new Error(`the environment variable ${name} is not set, so that no request can be signed`);
  return value;
}

function regionOf(text: string, parameters: URLSearchParams): string {
  const region = parameters.get("region") ?? environment("AWS_REGION") ?? environment("AWS_DEFAULT_REGION");
  if (region !== undefined && /^[a-z0-9-]{1,40}$/.test(region)) return region;
  throw new Error(`${text} names no region: write ?region=eu-west-1 behind it, or set AWS_REGION`);
}

/**
 * The object's URL. `AWS_ENDPOINT_URL_S3` and `AWS_ENDPOINT_URL` name another S3 (AWS SDKs and Tools Reference Guide,
 * "Service-specific endpoints"), where the bucket stands in the path. At AWS it stands in the host, except one with a
 * dot: no certificate covers that. The dual-stack names also answer where there is no IPv4.
 */
function urlOf({ bucket, key }: ObjectAddress, region: string): string {
  const endpoint = environment("AWS_ENDPOINT_URL_S3") ?? environment("AWS_ENDPOINT_URL");
  if (endpoint !== undefined) return `${endpoint.replace(/\/+$/, "")}/${bucket}/${encodePath(key)}`;
  const host = `s3.dualstack.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
  return bucket.includes(".")
    ? `https://${host}/${bucket}/${encodePath(key)}`
    : `https://${bucket}.${host}/${encodePath(key)}`;
}

/** Signed with the credentials that the environment holds now: what runs at AWS gets new ones from time to time. */
async function signed(url: string, region: string, headers: Headers): Promise<Request> {
  const sessionToken = environment("AWS_SESSION_TOKEN");
  const { AwsClient } = await import("aws4fetch");
  const client = new AwsClient({
    accessKeyId: required("AWS_ACCESS_KEY_ID"),
    secretAccessKey: required("AWS_SECRET_ACCESS_KEY"),
    ...(sessionToken !== undefined && { sessionToken }),
    service: "s3",
    region,
  });
  // A redirect means another region. It is not followed: the signature would not hold there.
  return client.sign(url, { headers, redirect: "manual" });
}

/**
 * A routing table in a bucket of S3: `s3://bucket/key?region=R`, read with GetObject. The region may be left to
 * `AWS_REGION`; credentials are those of the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
 * `AWS_SESSION_TOKEN`), as every Lambda has them.
 *
 * @throws Error where bucket, key or region is missing
 */
export function s3TableSource(text: string): TableSource {
  const address = parseObjectAddress(text, ["region"]);
  const region = regionOf(text, address.parameters);
  const name = `s3://${address.bucket}/${address.key}`;
  return new HttpTableSource(name, (headers) => signed(urlOf(address, region), region, headers));
}
