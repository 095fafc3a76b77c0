import { StoreError } from "../../store-error";
import { askEndpoint } from "../ask-endpoint";
import type { AwsKeys, GetAwsKeys } from "../credentials";
import { endpointUrl } from "../endpoint-url";
import { type Expiring, keepUntilExpiry } from "../keep-until-expiry";
import { readKeyDocument } from "./key-document";

const name = "EC2's metadata service";
const fix = "give the instance a role";

/** `AWS_EC2_METADATA_SERVICE_ENDPOINT` names another service (AWS SDKs and Tools Reference Guide, "IMDS credential provider"). */
function metadataUrl(path: string, environment: NodeJS.ProcessEnv): URL {
  const { AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint } = environment;
  const base = endpointUrl(endpoint || "http://169.254.169.254", "AWS_EC2_METADATA_SERVICE_ENDPOINT");
  return new URL(`/latest/${path}`, base);
}

/** A session (IMDSv2): without this header, proxies that forward requests blindly could fetch keys. Its life is in seconds. */
async function openSession(environment: NodeJS.ProcessEnv, patience: { deadline?: number; attempts?: number } = {}) {
  const url = metadataUrl("api/token", environment);
  const headers = { "X-aws-ec2-metadata-token-ttl-seconds": "300" };
  const token = await askEndpoint({ name, method: "PUT", url, headers, fix, ...patience });
  if (/^[!-~]{1,4096}$/.test(token)) return { "X-aws-ec2-metadata-token": token };
  throw new StoreError(`${name} answered without a usable session`, "denied");
}

async function fetchKeys(environment: NodeJS.ProcessEnv): Promise<Expiring<AwsKeys>> {
  const headers = await openSession(environment);
  const folder = "meta-data/iam/security-credentials/";
  const role = (await askEndpoint({ name, url: metadataUrl(folder, environment), headers, fix })).trim();
  // The characters of a role's name (IAM, "IAM and AWS STS quotas").
  if (!/^[\w+=,.@-]{1,64}$/.test(role)) throw new StoreError(`${name} names no usable role: ${fix}`, "denied");
  const url = metadataUrl(`${folder}${encodeURIComponent(role)}`, environment);
  return readKeyDocument(await askEndpoint({ name, url, headers, fix }), name);
}

/**
 * The keys of the role of the EC2 instance that the program runs on (IMDSv2 only).
 *
 * @returns undefined if no such service answers within a second
 */
export async function findInstanceKeys(environment: NodeJS.ProcessEnv): Promise<GetAwsKeys | undefined> {
  if (environment.AWS_EC2_METADATA_DISABLED?.toLowerCase() === "true") return undefined;
  try {
    await openSession(environment, { deadline: 1_000, attempts: 1 });
  } catch {
    return undefined;
  }
  return keepUntilExpiry(() => fetchKeys(environment));
}
