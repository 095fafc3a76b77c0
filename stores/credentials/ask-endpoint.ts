import type { IncomingMessage } from "node:http";
import { bodyOf, exchange, readBody } from "../http/exchange";
import { retry, waitByTimer } from "../http/retry";
import { StoreError, TransientError } from "../store-error";

/** A request to an endpoint that issues credentials. */
export interface EndpointRequest {
  /** The endpoint, for messages: `the metadata server`. */
  readonly name: string;
  /** @default POST with a form or body, otherwise GET */
  readonly method?: "GET" | "POST" | "PUT";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** The fields of a form. @default none */
  readonly form?: Readonly<Record<string, string>>;
  /** The body, if there is no form. @default none */
  readonly body?: string;
  /** What to do if the endpoint refuses, for messages. */
  readonly fix: string;
  /** How long each attempt may take, in milliseconds. @default 10 seconds */
  readonly deadline?: number;
  /** How often the request is made if it fails temporarily. @default 4 */
  readonly attempts?: number;
  /** Waits a number of milliseconds before another attempt. @default a timer */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** The longest answer that is read, in bytes: tokens have a few kilobytes. */
const longestAnswer = 256 * 1024;
/** The pause after the first failure, in milliseconds; it doubles. */
const firstPause = 500;

/** The code of an error: OAuth 2 (RFC 6749, section 5.2), or XML of AWS. No other text of an answer is shown: it may contain secrets. */
function findErrorCode(text: string): string {
  const [, code] =
    /<Code>([\w.-]{1,64})<\/Code>/.exec(text) ??
    /"(?:error|code|__type)"\s*:\s*"([\w.#-]{1,64})"/i.exec(text.slice(0, 4_096)) ??
    [];
  return code === undefined ? "" : ` (${code})`;
}

async function readAnswer(response: IncomingMessage, { name, url, fix }: EndpointRequest): Promise<string> {
  const { statusCode: status = 0 } = response;
  const text = (await readBody(response, url, longestAnswer)).toString();
  if (status === 200 || status === 201) return text;
  const message = `${name} (${url.host}) answered with status ${status}${findErrorCode(text)}`;
  if (status === 429 || status >= 500) throw new TransientError(`${message}: try again later`);
  if (status >= 300 && status < 400) throw new StoreError(`${message}: redirects are not followed; ${fix}`, "denied");
  throw new StoreError(`${message}: ${fix}`, "denied");
}

async function askOnce(request: EndpointRequest): Promise<string> {
  const { url, form, body = form && new URLSearchParams(form).toString(), deadline = 10_000 } = request;
  const { method = body === undefined ? "GET" : "POST" } = request;
  const headers = {
    Accept: "application/json",
    "User-Agent": "mirrorform",
    ...(form !== undefined && { "Content-Type": "application/x-www-form-urlencoded" }),
    ...request.headers,
  };
  const response = await exchange({
    method,
    url,
    headers,
    deadline,
    ...(body !== undefined && { body: bodyOf(Buffer.from(body)) }),
  });
  return readAnswer(response, request);
}

/**
 * Asks an endpoint that issues credentials. Temporary failures are retried; redirects are not followed, so that secrets reach no
 * other host; nothing of a refusal is shown but its code.
 *
 * @returns the body of the answer: at most 256 KiB
 * @throws StoreError
 */
export function askEndpoint(request: EndpointRequest): Promise<string> {
  const { attempts = 4, wait = waitByTimer } = request;
  const pauses = Array.from({ length: attempts - 1 }, (_, earlier) => firstPause * 2 ** earlier);
  return retry(
    () => askOnce(request),
    ({ after }, usual) => wait(after ?? usual),
    pauses,
  );
}
