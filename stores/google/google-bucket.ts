import { encodePath } from "../../networks/encode-path";
import { HttpTableSource } from "./http-table-source";
import { type ObjectAddress, parseObjectAddress } from "./object-address";
import type { TableSource } from "./table-source";

/** A token is not used in its last minute: it must still be good when the question arrives. Milliseconds. */
const lastMinute = 60_000;

/**
 * The access token of the service account that the program runs as, from the metadata server of Compute Engine and Cloud Run
 * ("About VM metadata": without the header `Metadata-Flavor` it refuses). `GCE_METADATA_HOST` names another server.
 */
class ServiceAccount {
  #token = "";
  #usableUntil = 0;

  /** @throws Error where the server does not answer, or gives no token */
  async token(signal: AbortSignal): Promise<string> {
    if (Date.now() < this.#usableUntil) return this.#token;
    const { access_token, expires_in } = await this.#fetched(signal);
    this.#token = access_token;
    this.#usableUntil = Date.now() + expires_in * 1000 - lastMinute;
    return access_token;
  }

  async #fetched(signal: AbortSignal): Promise<{ access_token: string; expires_in: number }> {
    const host = process.env.GCE_METADATA_HOST || "metadata.google.internal";
    const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`;
    const options = { signal, headers: { "metadata-flavor": "Google" }, redirect: "manual" } as const;
    const response = await fetch(url, options).catch(() => undefined);
    const body: unknown = response?.status === 200 ? await response.json().catch(() => undefined) : undefined;
    if (isToken(body)) return body;
    const problem = response === undefined ? "cannot be reached" : `gave no token (status ${response.status})`;
    throw new Error(`the metadata server ${host} ${problem}: gs:// works on Google Cloud, with a service account`);
  }
}

function isToken(body: unknown): body is { access_token: string; expires_in: number } {
  if (typeof body !== "object" || body === null) return false;
  return (
    "access_token" in body &&
    typeof body.access_token === "string" &&
    // As a header takes it (RFC 6750, section 2.1).
    /^[A-Za-z0-9\-._~+/]+=*$/.test(body.access_token) &&
    "expires_in" in body &&
    typeof body.expires_in === "number"
  );
}

/**
 * The object's URL in the XML API. It says of `If-None-Match` what HTTP says (304 where the ETag matches), and its ETag is the content's; the
 * JSON API's is the metadata's as well, so that a new label would look like a new table. `STORAGE_EMULATOR_HOST` names
 * another Cloud Storage, as for Google's own libraries.
 */
function urlOf({ bucket, key }: ObjectAddress): string {
  const endpoint = process.env.STORAGE_EMULATOR_HOST || "https://storage.googleapis.com";
  return `${endpoint.replace(/\/+$/, "")}/${bucket}/${encodePath(key)}`;
}

/**
 * A routing table in a bucket of Cloud Storage: `gs://bucket/object`, read as the service account that the program runs
 * as. A public object is read by its `https:` URL instead, and should say `Cache-Control: no-cache`: Google keeps public
 * objects for an hour otherwise.
 *
 * @throws Error where bucket or object is missing
 */
export function googleTableSource(text: string): TableSource {
  const address = parseObjectAddress(text, []);
  const account = new ServiceAccount();
  return new HttpTableSource(`gs://${address.bucket}/${address.key}`, async (headers, signal) => {
    headers.set("authorization", `Bearer ${await account.token(signal)}`);
    return new Request(urlOf(address), { headers, redirect: "manual" });
  });
}
