import type { IncomingMessage } from "node:http";
import { readBody } from "../http/exchange";
import { hideSecrets } from "../http/hide-secrets";
import { readPause } from "../http/read-pause";
import { createTemporaryFailure } from "../http/temporary-failure";
import { StoreError } from "../store-error";

/** How much of an error body is read, in bytes: OCI errors have a few hundred. */
const longestError = 64 * 1024;
/** What the body of an error says (OCI distribution specification 1.1, "Error Codes"). */
interface ErrorBody {
  readonly text: string;
  readonly codes: readonly string[];
}

async function readErrors(response: IncomingMessage, url: URL): Promise<ErrorBody> {
  try {
    const { errors } = JSON.parse((await readBody(response, url, longestError)).toString());
    const texts = errors.map(({ code, message }: Record<string, string>) => message || code);
    return {
      text: hideSecrets(texts.join("; "), response),
      codes: errors.map(({ code }: Record<string, unknown>) => `${code}`),
    };
  } catch {
    return { text: "", codes: [] };
  }
}

/** Statuses of operations that a server does not have: OCI distribution specification 1.1, "Content Management" (400, 405), and 501. */
function isUnsupported(status: number, { codes }: ErrorBody): boolean {
  return status === 405 || status === 501 || codes.includes("UNSUPPORTED");
}

/** Codes for bytes that arrived differently from what was announced. */
function isCorrupt({ codes }: ErrorBody): boolean {
  return codes.includes("DIGEST_INVALID") || codes.includes("SIZE_INVALID");
}

/** Statuses after which the same request may succeed: 408, 429, and errors of the server except 501 (RFC 9110, section 15.6.2). */
function isTemporary(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501);
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
  const errors = await readErrors(response, url);
  response.destroy();
  const message = `${url.host} answered ${action} with ${status}${errors.text === "" ? "" : ` (${errors.text})`}`;
  if (isTemporary(status)) {
    const after = readPause(response.headers, Date.now());
    const isThrottled = status === 429 || (status === 503 && after !== undefined);
    const fault = isThrottled ? "throttled" : "transient";
    return createTemporaryFailure(message, { fault, after, host: url.host });
  }
  if (status === 401 || status === 403) {
    const fix = `check the name, and run \`docker login ${host}\` as a user with that permission, or correct the credentials that the inventory names`;
    return new StoreError(`${message}: ${fix}`, "denied");
  }
  if (status === 404) return new StoreError(`${message}: check the name and the digest`, "absent");
  if (isUnsupported(status, errors)) return new StoreError(message, "unsupported");
  return new StoreError(message, isCorrupt(errors) ? "corrupt" : "refused");
}
