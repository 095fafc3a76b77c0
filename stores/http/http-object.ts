import { isRedirect, mostRedirects } from "../../networks/is-redirect";
import { getObject } from "../get-object";
import type { GetOptions, GetResult } from "../object-store";
import { isTrustedTarget, redirectTarget } from "./redirect-target";

/** An object at a URL, on any web server. A few redirects are followed: see {@link redirectTarget}. */
export class HttpObject {
  readonly #url: URL;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** Reads the object. Rejects only with the reason of the signal. */
  get(options: GetOptions): Promise<GetResult> {
    return getObject((headers) => this.#fetch(headers, options.signal), options);
  }

  async #fetch(headers: Headers, signal: AbortSignal): Promise<Response> {
    let url = this.#url;
    for (let redirects = 0; ; redirects++) {
      const response = await this.#fetchOnce(url, headers, signal);
      if (!isRedirect(response.status)) return response;
      if (redirects === mostRedirects) throw new Error(`it redirects more than ${mostRedirects} times`);
      await response.body?.cancel();
      url = this.#nextUrl(response, url);
    }
  }

  #fetchOnce(url: URL, headers: Headers, signal: AbortSignal): Promise<Response> {
    if (isTrustedTarget(url, this.#url)) return fetch(url, { headers, signal, redirect: "manual" });
    return loadFetchPublic().fetchPublic(url, headers, signal);
  }

  /** @throws Error if the redirect may not be followed */
  #nextUrl({ headers }: Response, from: URL): URL {
    const location = headers.get("location") ?? undefined;
    const next = redirectTarget(location, from, this.#url);
    if (next === undefined) throw new Error(`it redirects to ${location ?? "nowhere"}, which is not followed`);
    return next;
  }
}

/** Loaded only for a redirect to another host, which is rare: on Bun, loading takes a while. */
function loadFetchPublic() {
  return require("./fetch-public") as typeof import("./fetch-public");
}
