import { z } from "zod";
import type { FindLogin, Login } from "../../registry/docker-login";
import { StoreError } from "../../store-error";
import { askEndpoint } from "../ask-endpoint";
import { awsDomain } from "../aws/aws-region";
import { signAws } from "../aws/sign-aws";
import type { AwsKeys, GetAwsKeys } from "../credentials";
import { endpointUrl } from "../endpoint-url";
import { type Expiring, keepUntilExpiry } from "../keep-until-expiry";
import { expiryIn, readSecretAnswer, secretText } from "../read-secret-answer";

/** The host of ECR Public, for all accounts. */
export const ecrPublicHost = "public.ecr.aws";

const privateHost = /^\d{12}\.dkr[.-]ecr\.([a-z0-9-]+)\.(amazonaws\.com(\.cn)?|on\.aws)$/;

/** Whether a host is a registry of AWS. */
export function isEcrRegistry(host: string): boolean {
  return host === ecrPublicHost || privateHost.test(host);
}

/** The API that issues the login of a registry. */
interface Api {
  readonly url: URL;
  readonly service: "ecr" | "ecr-public";
  readonly region: string;
  /** The operation, as in `X-Amz-Target`. */
  readonly target: string;
}

/** ECR Public's API is in us-east-1 only (Amazon ECR, "Amazon ECR Public endpoints and quotas"). */
function apiOf(host: string, environment: NodeJS.ProcessEnv): Api {
  const { AWS_ENDPOINT_URL_ECR, AWS_ENDPOINT_URL_ECR_PUBLIC } = environment;
  if (host === ecrPublicHost) {
    const url = endpointUrl(
      AWS_ENDPOINT_URL_ECR_PUBLIC || "https://api.ecr-public.us-east-1.amazonaws.com",
      "AWS_ENDPOINT_URL_ECR_PUBLIC",
    );
    return { url, service: "ecr-public", region: "us-east-1", target: "SpencerFrontendService.GetAuthorizationToken" };
  }
  const [, region = ""] = privateHost.exec(host) ?? [];
  const url = endpointUrl(
    AWS_ENDPOINT_URL_ECR || `https://api.ecr.${region}.${awsDomain(region)}`,
    "AWS_ENDPOINT_URL_ECR",
  );
  const target = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
  return { url, service: "ecr", region, target };
}

/** Base64 of `AWS:PASSWORD`, and when it ends: seconds since 1970. ECR Public returns one, ECR a list. */
const grant = z.object({ authorizationToken: secretText, expiresAt: z.number() });
const answer = z.object({ authorizationData: z.union([grant, z.array(grant).min(1)]) });

async function fetchLogin(api: Api, keys: AwsKeys): Promise<Expiring<Login>> {
  const { url, service, region, target } = api;
  const name = service === "ecr" ? "Amazon ECR" : "Amazon ECR Public";
  const body = "{}";
  const plain = { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target };
  const headers = await signAws({ method: "POST", url, headers: plain, body, service, region }, keys);
  const fix = `permit ${service}:GetAuthorizationToken${service === "ecr" ? "" : " and sts:GetServiceBearerToken"}`;
  const data = readSecretAnswer(await askEndpoint({ name, url, headers, body, fix }), answer, name).authorizationData;
  const { authorizationToken, expiresAt } = Array.isArray(data) ? (data[0] as z.infer<typeof grant>) : data;
  const [username = "", ...password] = Buffer.from(authorizationToken, "base64").toString().split(":");
  if (username === "" || password.length === 0)
    throw new StoreError(`${name} answered without a usable login`, "denied");
  return {
    value: { username, password: password.join(":") },
    until: expiryIn(expiresAt - Date.now() / 1000),
  };
}

/** The login at a registry of AWS (Amazon ECR API and Amazon ECR Public API, `GetAuthorizationToken`): it lasts 12 hours. */
export function ecrLogin(host: string, getKeys: GetAwsKeys, environment: NodeJS.ProcessEnv): FindLogin {
  const api = apiOf(host, environment);
  let keys: AwsKeys = { accessKeyId: "", secretAccessKey: "" };
  const getLogin = keepUntilExpiry(() => fetchLogin(api, keys));
  return async () => {
    const current = await getKeys();
    if (current === undefined) return undefined;
    keys = current;
    return getLogin();
  };
}
