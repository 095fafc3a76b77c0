import { StoreError } from "../../store-error";
import { awsRegion } from "../aws/aws-region";
import { findContainerKeys } from "../aws/container-keys";
import { findEnvironmentKeys } from "../aws/environment-keys";
import { findInstanceKeys } from "../aws/instance-keys";
import { signAws } from "../aws/sign-aws";
import { endpointUrl } from "../endpoint-url";

/**
 * A signed request that proves to Google which role of AWS this program has; Google sends it (AIP-4117, "Determining the subject
 * token in AWS").
 *
 * @param verificationUrl with `{region}`, as in a credential file
 * @throws StoreError
 */
export async function signAwsSubject(
  verificationUrl: string,
  audience: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const getKeys =
    findEnvironmentKeys(environment) ?? findContainerKeys(environment) ?? (await findInstanceKeys(environment));
  const keys = await getKeys?.();
  if (keys === undefined) {
    throw new StoreError(
      "the credential file is for AWS, but there are no keys: run the program at AWS with a role",
      "denied",
    );
  }
  const region = awsRegion(environment);
  const url = endpointUrl(verificationUrl.replace("{region}", region), "regional_cred_verification_url");
  const headers = { "x-goog-cloud-target-resource": audience };
  const signed = await signAws({ method: "POST", url, headers, service: "sts", region }, keys);
  const listed = Object.entries({ ...signed, host: url.host }).map(([key, value]) => ({ key, value }));
  return encodeURIComponent(JSON.stringify({ url: url.href, method: "POST", headers: listed }));
}
