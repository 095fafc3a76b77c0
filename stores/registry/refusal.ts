import type { IncomingMessage } from "node:http";
import { readBody } from "./exchange";
import { PassingTrouble, RegistryError } from "./registry-error";

/** As much of an error's body as is read, in bytes: OCI's errors are some hundreds. */
const longestError = 64 * 1024;
/** Longest that a server may ask to be left alone; it is told to the user instead if it asks for more. Milliseconds. */
const longestPause = 60_000;

/** OCI distribution specification 1.1, "Error Codes". */
async function messageIn(response: IncomingMessage, url: URL): Promise<string> {
  try {
    const { errors } = JSON.parse((await readBody(response, url, longestError)).toString());
    return errors.map(({ code, message }: Record<string, string>) => message || code).join("; ");
  } catch {
    return "";
  }
}

/** RFC 9110, section 10.2.3, but for the form with a date, which nobody sends with a 429. */
function retryAfter({ headers }: IncomingMessage): number | undefined {
  const seconds = headers["retry-after"] ?? "";
  return /^[0-9]{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

/**
 * The error that an answer amounts to, with the fix.
 *
 * @param host the registry, as images' names have it
 * @param doing what was tried: "the upload of sha256:…"
 */
export async function refusal(
  response: IncomingMessage,
  url: URL,
  host: string,
  doing: string,
): Promise<RegistryError> {
  const status = response.statusCode ?? 0;
  const said = await messageIn(response, url);
  response.destroy();
  const told = `${url.host} answers ${doing} with ${status}${said === "" ? "" : ` (${said})`}`;
  const after = retryAfter(response);
  if (status === 408 || status === 429 || status >= 500) {
    const again = `${told}: try again later`;
    return after !== undefined && after > longestPause ? new RegistryError(again) : new PassingTrouble(again, after);
  }
  if (status === 401 || status === 403) {
    return new RegistryError(`${told}: check the name, and run \`docker login ${host}\` as somebody who may do that`);
  }
  if (status === 404) return new RegistryError(`${told}: check the name and the digest`);
  return new RegistryError(told);
}
