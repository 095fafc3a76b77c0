import { StoreError } from "../../store-error";
import { askEndpoint } from "../ask-endpoint";
import type { GetToken } from "../credentials";
import { endpointUrl } from "../endpoint-url";
import type { Identity } from "../identity-token";
import { type Expiring, keepUntilExpiry } from "../keep-until-expiry";
import { expiryIn, readSecretAnswer, tokenAnswer } from "../read-secret-answer";

/** Whose access token is wanted, for what, and who vouches for this program. */
export interface FederatedIdentity {
  /** The tenant's id or domain. */
  readonly tenant: string;
  /** The client id. */
  readonly client: string;
  /** `https://storage.azure.com`. */
  readonly resource: string;
  readonly identity: Identity;
  readonly environment: NodeJS.ProcessEnv;
}

/** The audience of identity tokens for Azure (Microsoft Entra, "Workload identity federation"). */
const azureAudience = "api://AzureADTokenExchange";

async function fetchToken(federated: FederatedIdentity): Promise<Expiring<string>> {
  const { tenant, client, resource, identity, environment } = federated;
  const authority = environment.AZURE_AUTHORITY_HOST || "https://login.microsoftonline.com";
  const base = endpointUrl(authority, "AZURE_AUTHORITY_HOST");
  const name = "Microsoft Entra";
  const text = await askEndpoint({
    name,
    url: new URL(`/${tenant}/oauth2/v2.0/token`, base),
    form: {
      grant_type: "client_credentials",
      client_id: client,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await identity.getToken(azureAudience),
      scope: `${resource}/.default`,
    },
    fix: `check the federated credential of the client ${client}: its issuer, its subject, and its audience (${azureAudience})`,
  });
  const { access_token, expires_in } = readSecretAnswer(text, tokenAnswer, name);
  return { value: access_token, until: expiryIn(expires_in) };
}

/**
 * Access tokens for an identity token, by a federated credential (Microsoft identity platform, "Get a token", third case:
 * access token request with a federated credential).
 *
 * @throws StoreError if the tenant or the client is malformed
 */
export function federatedToken(federated: FederatedIdentity): GetToken {
  if (!/^[\w.-]{1,253}$/.test(federated.tenant) || !/^[\w.-]{1,64}$/.test(federated.client)) {
    throw new StoreError("AZURE_TENANT_ID and AZURE_CLIENT_ID must be ids: copy them from the Azure portal", "denied");
  }
  return keepUntilExpiry(() => fetchToken(federated));
}
