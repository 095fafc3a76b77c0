import { StoreError } from "../../store-error";
import { askEndpoint } from "../ask-endpoint";
import type { GetAwsKeys } from "../credentials";
import { endpointUrl } from "../endpoint-url";
import { keepUntilExpiry } from "../keep-until-expiry";
import { readSecretFile } from "../read-secret-file";
import { readKeyDocument } from "./key-document";

/** The host of relative URIs: ECS (AWS SDKs and Tools Reference Guide, "Container credential provider"). */
const containerHost = "http://169.254.170.2";

function readToken(environment: NodeJS.ProcessEnv): string | undefined {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } = environment;
  const value = file ? readSecretFile(file, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") : token || undefined;
  if (value === undefined || /^[ -~]+$/.test(value)) return value;
  throw new StoreError("the container's authorization token is not one line of text", "denied");
}

/**
 * The keys of the container that the program runs in, at ECS or with EKS Pod Identity. Only https, loopback and the link-local hosts
 * of AWS are asked.
 *
 * @returns undefined if the environment names no such endpoint
 * @throws StoreError if it names one that is not permitted
 */
export function findContainerKeys(environment: NodeJS.ProcessEnv): GetAwsKeys | undefined {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = environment;
  if (!relative && !full) return undefined;
  const url = relative
    ? endpointUrl(`${containerHost}/${relative.replace(/^\/+/, "")}`, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    : endpointUrl(full ?? "", "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  const name = "the container's credential endpoint";
  return keepUntilExpiry(async () => {
    const token = readToken(environment);
    const headers = { ...(token !== undefined && { Authorization: token }) };
    return readKeyDocument(await askEndpoint({ name, url, headers, fix: "check the task's or the pod's role" }), name);
  });
}
