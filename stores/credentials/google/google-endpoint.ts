import { isLoopbackHost } from "../../../networks/loopback";
import { StoreError } from "../../store-error";
import { endpointUrl } from "../endpoint-url";

/**
 * A URL in a credential file that secrets are sent to. It must be Google's own: a file from elsewhere could send them to others
 * (Google Cloud, "Validate credential configurations from external sources").
 *
 * @throws StoreError
 */
export function googleEndpoint(text: string, field: string): URL {
  const url = endpointUrl(text, `${field} of the credential file`);
  if (url.hostname.endsWith(".googleapis.com") || isLoopbackHost(url.hostname)) return url;
  throw new StoreError(
    `${field} of the credential file names ${url.host}, which is not a host of googleapis.com`,
    "denied",
  );
}

/** Permits all that the account's roles permit (Google, "OAuth 2.0 Scopes"). */
export const googleScope = "https://www.googleapis.com/auth/cloud-platform";
