/** A token is not used in its last minute: it must still be valid when the request arrives. Milliseconds. */
const lastMinute = 60_000;

/** A response from the metadata server. */
interface TokenAnswer {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
}

/**
 * The access token of the service account that the program runs as, from the metadata server of Compute Engine and Cloud Run
 * ("About VM metadata": without the header `Metadata-Flavor` it refuses). `GCE_METADATA_HOST` names another server.
 */
export class ServiceAccount {
  #token = "";
  /** Milliseconds since 1970. */
  #usableUntil = 0;

  /** A token that is valid for at least a minute. @throws Error if the server does not answer, or returns no token */
  async getToken(signal: AbortSignal): Promise<string> {
    if (Date.now() < this.#usableUntil) return this.#token;
    const { access_token, expires_in } = await this.#fetchToken(signal);
    this.#token = access_token;
    this.#usableUntil = Date.now() + expires_in * 1000 - lastMinute;
    return access_token;
  }

  async #fetchToken(signal: AbortSignal): Promise<TokenAnswer> {
    const host = process.env.GCE_METADATA_HOST || "metadata.google.internal";
    const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`;
    const options = { signal, headers: { "metadata-flavor": "Google" }, redirect: "manual" } as const;
    const response = await fetch(url, options).catch(() => undefined);
    const body: unknown = response?.status === 200 ? await response.json().catch(() => undefined) : undefined;
    if (isTokenAnswer(body)) return body;
    const problem = response === undefined ? "cannot be reached" : `returned no token (status ${response.status})`;
    throw new Error(`the metadata server ${host} ${problem}: gs:// works on Google Cloud, with a service account`);
  }
}

function isTokenAnswer(body: unknown): body is TokenAnswer {
  if (typeof body !== "object" || body === null) return false;
  return (
    "access_token" in body &&
    typeof body.access_token === "string" &&
    // The form that a header allows (RFC 6750, section 2.1).
    /^[A-Za-z0-9\-._~+/]+=*$/.test(body.access_token) &&
    "expires_in" in body &&
    typeof body.expires_in === "number"
  );
}
