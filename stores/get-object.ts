import { describeFetchFailure } from "../networks/describe-fetch-failure";
import { readBounded } from "../networks/read-bounded";
import type { GetOptions, GetResult } from "./object-store";

/** Sends the request for an object. The headers given must go with it. */
export type SendGet = (headers: Headers) => Promise<Response>;

/** How much of an error body is read, in bytes. Object stores send shorter XML. */
const largestError = 16 * 1024;

class TooLarge extends Error {}

/**
 * Reads an object by HTTP: the ETag shows the server whether the caller already has it (RFC 9110, section 13.1.2).
 * Rejects only with the reason of the signal.
 */
export async function getObject(send: SendGet, options: GetOptions): Promise<GetResult> {
  const { etag, signal } = options;
  // Reads are at least a minute apart: by then, a kept connection is usually closed, especially on Lambda.
  const headers = new Headers({ "user-agent": "mirrorform", connection: "close" });
  if (etag !== undefined) headers.set("if-none-match", etag);
  try {
    return await readResponse(await send(headers), options);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TooLarge) return { outcome: "too-large" };
    return { outcome: "failed", reason: describeFetchFailure(error) };
  }
}

async function readResponse(response: Response, { etag, limit, signal }: GetOptions): Promise<GetResult> {
  if (response.status === 304 && etag !== undefined) return { outcome: "unchanged" };
  if (response.status !== 200) {
    return { outcome: "failed", reason: await describeRefusal(response), status: response.status };
  }
  const bytes = await readBody(response, limit);
  signal.throwIfAborted();
  return { outcome: "found", bytes, etag: response.headers.get("etag") ?? undefined };
}

/** S3 and Cloud Storage's XML API name an error by a code, such as `NoSuchKey`. */
async function describeRefusal(response: Response): Promise<string> {
  const body = await readBody(response, largestError).catch(() => "");
  const [, code] = /<Code>(\w{1,64})<\/Code>/.exec(body.toString()) ?? [];
  return `it answered with status ${response.status}${code === undefined ? "" : ` (${code})`}`;
}

async function readBody({ body }: Response, limit: number): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  return await readBounded(body, limit, () => new TooLarge());
}
