import { isLoopbackHost } from "../../networks/loopback";
import { type AzureAccountAccess, readConnectionString } from "../../stores/azure/connection-string";
import { StoreError } from "../../stores/store-error";

/** Another Cloud Storage. */
export interface GoogleEndpoint {
  /** URL. */
  readonly endpoint: string;
  /** Whether it may get an access token: by https, or on this machine. */
  readonly maySeeToken: boolean;
}

/**
 * The Cloud Storage that `STORAGE_EMULATOR_HOST` names, as for Google's own libraries: a URL, or `HOST:PORT`.
 *
 * @throws StoreError if it is neither
 */
export function googleEndpoint({ STORAGE_EMULATOR_HOST: text }: NodeJS.ProcessEnv): GoogleEndpoint | undefined {
  if (!text) return undefined;
  const endpoint = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new StoreError("STORAGE_EMULATOR_HOST is neither a URL nor HOST:PORT: correct it, or unset it");
  }
  return { endpoint, maySeeToken: url.protocol === "https:" || isLoopbackHost(url.hostname) };
}

/** The S3 that the environment names (AWS SDKs and Tools Reference Guide, "Service-specific endpoints"). */
export function s3Endpoint({ AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL }: NodeJS.ProcessEnv): string | undefined {
  return AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL || undefined;
}

/**
 * The access to an account that `AZURE_STORAGE_CONNECTION_STRING` gives, as for the Azure CLI and Azurite. It is for the account that it
 * names only.
 *
 * @throws StoreError if it names the account, and cannot be used
 */
export function azureAccess(environment: NodeJS.ProcessEnv, account: string): AzureAccountAccess | undefined {
  return readConnectionString(environment.AZURE_STORAGE_CONNECTION_STRING ?? "", account);
}
