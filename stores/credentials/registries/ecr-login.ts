import { z } from "zod";
import type { FindLogin, Login } from "../../registry/docker-login";
import { StoreError } from "../../store-error";
import { askEndpoint } from "../ask-endpoint";
import { signAws } from "../aws/sign-aws";
import type { AwsKeys, GetAwsKeys } from "../credentials";
import { type Expiring, keepUntilExpiry } from "../keep-until-expiry";
import { expiryIn, readSecretAnswer, secretText } from "../read-secret-answer";
import { type EcrApi, ecrApiOf } from "./ecr-api";

/** Base64 of `AWS:PASSWORD`, and when it ends: seconds since 1970. ECR Public returns one, ECR a list. */
const grant = z.object({ authorizationToken: secretText, expiresAt: z.number() });
const answer = z.object({ authorizationData: z.union([grant, z.array(grant).min(1)]) });

async function fetchLogin(api: EcrApi, keys: AwsKeys): Promise<Expiring<Login>> {
  const { url, service, region, name } = api;
  const body = "{}";
  const plain = api.headersOf("GetAuthorizationToken");
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
  const api = ecrApiOf(host, environment);
  let keys: AwsKeys = { accessKeyId: "", secretAccessKey: "" };
  const getLogin = keepUntilExpiry(() => fetchLogin(api, keys));
  return async () => {
    const current = await getKeys();
    if (current === undefined) return undefined;
    keys = current;
    return getLogin();
  };
}
