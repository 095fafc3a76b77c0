import type { GetAwsKeys } from "../credentials/credentials";
import type { Outgoing } from "../http/exchange";

/** The SHA-256 of nothing: what a request without a body signs. */
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Creates what signs requests to S3 by Signature Version 4, if there are keys. @param region in which they are sent */
export function createS3Signer(getKeys: GetAwsKeys, region: string): (outgoing: Outgoing) => Promise<Outgoing> {
  // Keys derived for a day, by the secret.
  const cache = new Map<string, ArrayBuffer>();
  return async (outgoing) => {
    const keys = await getKeys(outgoing.signal);
    if (keys === undefined) return outgoing;
    const { accessKeyId, secretAccessKey, sessionToken } = keys;
    const { AwsV4Signer } = await import("aws4fetch");
    const signer = new AwsV4Signer({
      method: outgoing.method,
      url: outgoing.url.href,
      headers: { "x-amz-content-sha256": emptyHash, ...outgoing.headers },
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      service: "s3",
      region,
      cache,
    });
    const { headers } = await signer.sign();
    return { ...outgoing, headers: Object.fromEntries(headers as Headers) };
  };
}
