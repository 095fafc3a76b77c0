import { z } from "zod";
import { askEndpoint } from "../ask-endpoint";
import type { GetToken } from "../credentials";
import { endpointUrl } from "../endpoint-url";
import { type Expiring, keepUntilExpiry } from "../keep-until-expiry";
import { expiryIn, readSecretAnswer, seconds, secretText } from "../read-secret-answer";

const answer = z.object({ access_token: secretText, expires_on: seconds });

/** A place that issues tokens of the machine's identity. */
interface Issuer {
  readonly name: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** App Service and Container Apps (Azure, "Managed identities in Azure Container Apps", REST endpoint). */
function appIssuer({ IDENTITY_ENDPOINT, IDENTITY_HEADER }: NodeJS.ProcessEnv): Issuer | undefined {
  if (!IDENTITY_ENDPOINT || !IDENTITY_HEADER) return undefined;
  const url = endpointUrl(IDENTITY_ENDPOINT, "IDENTITY_ENDPOINT");
  url.searchParams.set("api-version", "2019-08-01");
  return { name: "Azure's identity endpoint", url, headers: { "X-IDENTITY-HEADER": IDENTITY_HEADER } };
}

/** Virtual machines (Azure, "Use managed identities on a VM to acquire an access token"); the variable is the one of Azure's SDKs. */
function machineIssuer({ AZURE_POD_IDENTITY_AUTHORITY_HOST: host }: NodeJS.ProcessEnv): Issuer {
  const base = endpointUrl(host || "http://169.254.169.254", "AZURE_POD_IDENTITY_AUTHORITY_HOST");
  const url = new URL("/metadata/identity/oauth2/token?api-version=2018-02-01", base);
  return { name: "Azure's metadata service", url, headers: { Metadata: "true" } };
}

async function fetchToken(
  { name, url, headers }: Issuer,
  patience: { deadline?: number; attempts?: number } = {},
): Promise<Expiring<string>> {
  const fix = "give the machine a managed identity; AZURE_CLIENT_ID says which, if it has several";
  const { access_token, expires_on } = readSecretAnswer(
    await askEndpoint({ name, url, headers, fix, ...patience }),
    answer,
    name,
  );
  return { value: access_token, until: expiryIn(expires_on - Date.now() / 1000) };
}

/**
 * Access tokens of the managed identity of the machine, app or container.
 *
 * @param resource what the token is for: `https://storage.azure.com`
 * @returns undefined if the environment names no endpoint, and none of a virtual machine answers within a second
 * @throws StoreError if the environment names one that is not permitted
 */
export async function findManagedIdentity(
  environment: NodeJS.ProcessEnv,
  resource: string,
): Promise<GetToken | undefined> {
  const app = appIssuer(environment);
  const issuer = app ?? machineIssuer(environment);
  issuer.url.searchParams.set("resource", resource);
  if (environment.AZURE_CLIENT_ID) issuer.url.searchParams.set("client_id", environment.AZURE_CLIENT_ID);
  if (app !== undefined) return keepUntilExpiry(() => fetchToken(issuer));
  let first: Expiring<string> | undefined;
  try {
    first = await fetchToken(issuer, { deadline: 1_000, attempts: 1 });
  } catch {
    return undefined;
  }
  return keepUntilExpiry(async () => {
    const token = first ?? (await fetchToken(issuer));
    first = undefined;
    return token;
  });
}
