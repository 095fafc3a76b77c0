import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { Readable } from "node:stream";
import { publicLookup } from "../../networks/public-lookup";

/** Statuses without a body, with which `Response` takes none (Fetch standard, "null body status"). */
const bodiless: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/**
 * Fetches by https from a name that is on the public internet. `fetch` does not let us check the address it
 * connects to: it resolves a checked name again, and may get another address. Redirects are returned like other answers.
 *
 * @param url whose host is a name, or an address that was checked
 * @throws Error if the name leads to an address that is not public, or no answer comes
 */
export async function fetchPublic(url: URL, headers: Headers, signal: AbortSignal): Promise<Response> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { headers: Object.fromEntries(headers), agent: false, signal, lookup: publicLookup } as const;
    request(url, options).on("response", resolve).on("error", reject).end();
  });
  const { statusCode: status = 0, headers: found } = answer;
  const hasBody = !bodiless.has(status);
  if (!hasBody) answer.resume();
  const kept = ["etag", "location"].flatMap((name) => (found[name] === undefined ? [] : [[name, `${found[name]}`]]));
  const body = hasBody ? (Readable.toWeb(answer) as ReadableStream) : null;
  return new Response(body, { status, headers: Object.fromEntries(kept) });
}
