import { Readable } from "node:stream";
import { createPublicRequest, sendRequest } from "../../networks/public-request";

/** Statuses for which `Response` accepts no body (Fetch standard, "null body status"). */
const bodiless: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/** The response headers that are passed on. */
const passedHeaders = ["etag", "location"] as const;

/**
 * Fetches over https from a host on the public internet. Redirects are returned like other responses.
 *
 * @throws Error if the host's address is not public, or there is no response
 */
export async function fetchPublic(url: URL, headers: Headers, signal: AbortSignal): Promise<Response> {
  const answer = await sendRequest(createPublicRequest(url, { headers: Object.fromEntries(headers), signal }));
  const { statusCode: status = 0 } = answer;
  const hasBody = !bodiless.has(status);
  if (!hasBody) answer.resume();
  const passed = passedHeaders.flatMap((name): [string, string][] => {
    const value = answer.headers[name];
    return value === undefined ? [] : [[name, value]];
  });
  const body = hasBody ? (Readable.toWeb(answer) as ReadableStream) : null;
  return new Response(body, { status, headers: Object.fromEntries(passed) });
}
