import { endpointUrl } from "../credentials/endpoint-url";
import { StoreError } from "../store-error";

/** The account of a connection string, and how it is reached. */
export interface AzureAccountAccess {
  readonly account: string;
  /** Of the Blob service, without a final slash; Azurite has the account in the path. */
  readonly endpoint: string;
  /** In Base64. */
  readonly accountKey: string;
}

const setting = "AZURE_STORAGE_CONNECTION_STRING";

/**
 * Reads a connection string with the key of an account (Azure Storage, "Configure Azure Storage connection strings"):
 * `DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…;BlobEndpoint=…`. The endpoint's default is the cloud's.
 *
 * @param account that is wanted
 * @returns undefined if the string is of another account
 * @throws StoreError "denied" if it has no key, or an endpoint to which secrets may not be sent
 */
export function readConnectionString(text: string, account: string): AzureAccountAccess | undefined {
  const fields = new Map(text.split(";").map(parseField));
  if (fields.get("accountname") !== account) return undefined;
  const accountKey = fields.get("accountkey") ?? "";
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(accountKey)) {
    throw new StoreError(`${setting} has no AccountKey for ${account}: add it, or unset the variable`, "denied");
  }
  const protocol = fields.get("defaultendpointsprotocol") ?? "https";
  const usual = `${protocol}://${account}.blob.${fields.get("endpointsuffix") ?? "core.windows.net"}`;
  const endpoint = endpointUrl(fields.get("blobendpoint") ?? usual, `the BlobEndpoint of ${setting}`);
  return { account, accountKey, endpoint: endpoint.href.replace(/\/+$/, "") };
}

/** Values may contain equals signs, names are compared without case. */
function parseField(field: string): [name: string, value: string] {
  const [name = "", ...value] = field.trim().split("=");
  return [name.trim().toLowerCase(), value.join("=").trim()];
}
