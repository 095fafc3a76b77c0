import type { GetAwsKeys } from "../credentials/credentials";
import type { Outgoing } from "../http/exchange";

/** The SHA-256 of nothing: what a request without a body signs. */
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/**
 * Creates what signs requests to S3 by Signature Version 4.
 *
 * @param getKeys none: requests are not signed
 * @param region in which they are sent
 */
export function createS3Signer(
  getKeys: GetAwsKeys | undefined,
  region: string,
): (outgoing: Outgoing) => Promise<Outgoing> {
  if (getKeys === undefined) return async (outgoing) => outgoing;
  // Keys derived for a day, by the secret.
  const cache = new Map<string, ArrayBuffer>();
  return async (outgoing) => {
    const { accessKeyId, secretAccessKey, sessionToken } = await getKeys(outgoing.signal);
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
