import type { IncomingMessage } from "node:http";
import { readBody } from "../http/exchange";
import { StoreError, TransientError } from "../store-error";

/** How much of an error body is read, in bytes: OCI errors have a few hundred. */
const longestError = 64 * 1024;
/** Longest pause that a server may request, in milliseconds; a longer one fails at once, with a message. */
const longestPause = 60_000;

/** OCI distribution specification 1.1, "Error Codes". */
async function readMessage(response: IncomingMessage, url: URL): Promise<string> {
  try {
    const { errors } = JSON.parse((await readBody(response, url, longestError)).toString());
    return errors.map(({ code, message }: Record<string, string>) => message || code).join("; ");
  } catch {
    return "";
  }
}

/** `Retry-After` in milliseconds (RFC 9110, section 10.2.3), without the form with a date, which registries do not use. */
function readRetryAfter({ headers }: IncomingMessage): number | undefined {
  const seconds = headers["retry-after"] ?? "";
  return /^[0-9]{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

/**
 * The error of a failed answer, with the fix.
 *
 * @param host the registry, as in the names of images
 * @param action what was tried: "the upload of sha256:…"
 */
export async function createRefusal(
  response: IncomingMessage,
  url: URL,
  host: string,
  action: string,
): Promise<StoreError> {
  const status = response.statusCode ?? 0;
  const text = await readMessage(response, url);
  response.destroy();
  const message = `${url.host} answered ${action} with ${status}${text === "" ? "" : ` (${text})`}`;
  const after = readRetryAfter(response);
  if (status === 408 || status === 429 || status >= 500) {
    const retry = `${message}: try again later`;
    return after !== undefined && after > longestPause ? new StoreError(retry) : new TransientError(retry, after);
  }
  if (status === 401 || status === 403) {
    return new StoreError(
      `${message}: check the name, and run \`docker login ${host}\` as a user with that permission`,
    );
  }
  if (status === 404) return new StoreError(`${message}: check the name and the digest`);
  return new StoreError(message);
}
