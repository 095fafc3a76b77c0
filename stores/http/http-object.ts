import { isRedirect } from "../../networks/is-redirect";
import { readBounded } from "../../networks/read-bounded";
import { redirectTarget } from "./redirect-target";
import { LastGiven, largestTable, type TableSource, tooLarge } from "./table-source";

/** Makes the request for a table; the headers given must go with it. */
export type RequestTable = (headers: Headers, signal: AbortSignal) => Request | Promise<Request>;

/** As with questions to mirrors (issue 9, row 35). */
const mostRedirects = 3;

/** So much of an error's body is looked at, in bytes: the XML of object stores is shorter. */
const largestError = 16 * 1024;

async function bodyOf(response: Response, limit: number): Promise<Buffer> {
  if (response.body === null) return Buffer.alloc(0);
  return await readBounded(response.body, limit, () => new Error(tooLarge));
}

/** What an object store says is wrong: S3 and Cloud Storage's XML API name it by a code, such as `NoSuchKey`. */
async function refusalOf(response: Response): Promise<string> {
  const body = await bodyOf(response, largestError).catch(() => "");
  const [, code] = /<Code>(\w{1,64})<\/Code>/.exec(body.toString()) ?? [];
  return `it answered with status ${response.status}${code === undefined ? "" : ` (${code})`}`;
}

/** Loaded for a redirect to another host: few starts need it. */
function loaded() {
  return require("./fetch-public") as typeof import("./fetch-public");
}

/** @throws Error if a redirect may not be followed */
function followed(response: Response, from: URL, first: URL): URL {
  const location = response.headers.get("location") ?? undefined;
  const next = redirectTarget(location, from, first);
  if (next === undefined) throw new Error(`it redirects to ${location ?? "nowhere"}, which is not followed`);
  return next;
}

/**
 * A routing table behind HTTP. Whether it has changed, the server tells by its ETag (RFC 9110, section 13.1.2); of a
 * server without ETags every answer is read, and given where it differs from the last.
 */
export class HttpTableSource implements TableSource {
  readonly name: string;
  readonly #request: RequestTable;
  readonly #given = new LastGiven();
  #etag: string | undefined;

  constructor(name: string, request: RequestTable) {
    this.name = name;
    this.#request = request;
  }

  async read(signal: AbortSignal): Promise<Uint8Array | undefined> {
    // Asked once a minute, a connection that was kept is mostly dead: on Lambda it slept through its end.
    const headers = new Headers({ "user-agent": "mirrorform", connection: "close" });
    if (this.#etag !== undefined) headers.set("if-none-match", this.#etag);
    const response = await this.#answer(headers, signal);
    if (response.status === 304 && this.#etag !== undefined) return undefined;
    if (response.status !== 200) throw new Error(await refusalOf(response));
    const bytes = await bodyOf(response, largestTable);
    signal.throwIfAborted();
    this.#etag = response.headers.get("etag") ?? undefined;
    return this.#given.unlessSame(bytes);
  }

  async #answer(headers: Headers, signal: AbortSignal): Promise<Response> {
    const request = await this.#request(headers, signal);
    const first = new URL(request.url);
    let response = await fetch(request, { signal, redirect: "manual" });
    if (request.redirect === "manual") return response;
    let from = first;
    for (let redirects = 0; isRedirect(response.status); redirects++) {
      if (redirects === mostRedirects) throw new Error(`it redirects more than ${mostRedirects} times`);
      await response.body?.cancel();
      from = followed(response, from, first);
      // From https, any host but the configured one must be public.
      const mustBePublic = first.protocol === "https:" && from.origin !== first.origin;
      response = mustBePublic
        ? await loaded().fetchPublic(from, headers, signal)
        : await fetch(from, { headers, signal, redirect: "manual" });
    }
    return response;
  }
}
