import { signAws } from "../credentials/aws/sign-aws";
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
    const { method, url, headers } = outgoing;
    const unsigned = { "x-amz-content-sha256": emptyHash, ...headers };
    return {
      ...outgoing,
      headers: await signAws({ method, url, headers: unsigned, service: "s3", region, cache }, keys),
    };
  };
}
