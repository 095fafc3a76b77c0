import type { GetToken } from "../credentials";
import { findIdentity } from "../find-identity";
import { federatedToken } from "./federated-token";
import { findManagedIdentity } from "./managed-identity";

/** A user-assigned identity or application of Microsoft Entra, that federated credentials stand for. */
export interface AzureIdentity {
  readonly tenant: string;
  /** The client id. */
  readonly client: string;
}

/**
 * Finds access tokens of Microsoft Entra: for a federated identity, whose token is in a file, at GitHub Actions, or at Google;
 * otherwise of the managed identity of the machine.
 *
 * @param resource what the token is for: `https://storage.azure.com`
 * @param usual the identity, unless `AZURE_TENANT_ID` and `AZURE_CLIENT_ID` name one. @default none
 * @returns undefined if there are none of these
 * @throws StoreError if what is configured is broken
 */
export async function findAzureToken(
  environment: NodeJS.ProcessEnv,
  resource: string,
  usual?: AzureIdentity,
): Promise<GetToken | undefined> {
  const tenant = environment.AZURE_TENANT_ID || usual?.tenant;
  const client = environment.AZURE_CLIENT_ID || usual?.client;
  if (tenant !== undefined && client !== undefined) {
    const identity = await findIdentity(environment, "AZURE_FEDERATED_TOKEN_FILE");
    if (identity !== undefined) return federatedToken({ tenant, client, resource, identity, environment });
  }
  return findManagedIdentity(environment, resource);
}
