import type { Outgoing } from "../../http/exchange";
import type { AwsKeys } from "../credentials";

/** A request to AWS that is to be signed. */
export interface UnsignedRequest {
  /** @default GET */
  readonly method?: Outgoing["method"];
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** As in the scope of the signature: `sts`, `ecr`. */
  readonly service: string;
  readonly region: string;
  /** The keys derived from the secret, for further requests. @default derived for each request */
  readonly cache?: Map<string, ArrayBuffer>;
}

/** Signs a request (AWS Signature Version 4). @returns its headers, without `Host` */
export async function signAws(request: UnsignedRequest, keys: AwsKeys): Promise<Record<string, string>> {
  const { AwsV4Signer } = await import("aws4fetch");
  const { method = "GET", url, headers = {}, body, service, region, cache } = request;
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  const signer = new AwsV4Signer({
    method,
    url: url.href,
    headers,
    ...(body !== undefined && { body }),
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    service,
    region,
    ...(cache && { cache }),
    allHeaders: true,
  });
  const signed = await signer.sign();
  return Object.fromEntries(signed.headers as Headers);
}
