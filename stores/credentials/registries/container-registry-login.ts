import { z } from "zod";
import type { FindLogin, Login } from "../../registry/docker-login";
import { registryUrl } from "../../registry/image-reference";
import { askEndpoint } from "../ask-endpoint";
import type { GetToken } from "../credentials";
import { type Expiring, keepUntilExpiry } from "../keep-until-expiry";
import { expiryIn, readSecretAnswer, secretText } from "../read-secret-answer";

/** Whether a host is an Azure Container Registry (Azure, "Container registry endpoint reference"). */
export function isContainerRegistry(host: string): boolean {
  return /^[a-z0-9-]+(\.[a-z0-9-]+\.geo)?\.azurecr\.(io|cn|us)$/.test(host);
}

/** What tokens of Microsoft Entra for container registries are for. */
export const containerRegistryResource = "https://containerregistry.azure.net";

const answer = z.object({ refresh_token: secretText });

/** How long a refresh token is used, in seconds: an hour of its three. */
const life = 3_600;

async function exchangeToken(host: string, token: string): Promise<Expiring<Login>> {
  const name = "Azure Container Registry";
  const text = await askEndpoint({
    name,
    url: new URL("/oauth2/exchange", registryUrl(host)),
    form: { grant_type: "access_token", service: host, access_token: token },
    fix: "grant the identity AcrPush (or AcrPull) on the registry",
  });
  const { refresh_token: identityToken } = readSecretAnswer(text, answer, name);
  return { value: { identityToken }, until: expiryIn(life) };
}

/**
 * The login at an Azure Container Registry: a refresh token, for which the registry gives access tokens of each repository (Azure
 * Container Registry, "Integration with Azure Active Directory", `/oauth2/exchange`).
 */
export function containerRegistryLogin(host: string, getToken: GetToken): FindLogin {
  let token = "";
  const getLogin = keepUntilExpiry(() => exchangeToken(host, token));
  return async () => {
    const current = await getToken();
    if (current === undefined) return undefined;
    token = current;
    return getLogin();
  };
}
