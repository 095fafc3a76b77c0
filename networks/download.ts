import { gunzipSync } from "node:zlib";

/** What a download may take. */
export interface DownloadLimits {
  /** From the request to the last byte, in milliseconds. */
  readonly timeoutMilliseconds: number;
  /** Of the body as it arrives, in bytes; {@link LARGEST_UNPACKED} holds after unpacking. */
  readonly sizeBytes: number;
}

/** A download that failed. The message says why. */
export class DownloadFailed extends Error {
  override readonly name = "DownloadFailed";
}

/** The largest file read is iptoasn's table, about 40 MB unpacked. */
const LARGEST_UNPACKED = 256 * 1024 * 1024;

/**
 * Fetches a text; gzip is unpacked, whatever the server calls it.
 *
 * @throws DownloadFailed for anything but a whole answer of status 200 in UTF-8 within the limits
 */
export async function download(url: string, limits: DownloadLimits): Promise<string> {
  const signal = AbortSignal.timeout(limits.timeoutMilliseconds);
  try {
    const response = await fetch(url, { signal, headers: { "user-agent": "mirrorform" } });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new DownloadFailed(`${url} answered with status ${response.status}`);
    }
    return decode(await readBody(response, limits.sizeBytes));
  } catch (error) {
    if (error instanceof DownloadFailed) throw error;
    if (signal.aborted)
      throw new DownloadFailed(`${url} did not answer in full within ${limits.timeoutMilliseconds / 1000} s`);
    throw new DownloadFailed(`${url}: ${reasonOf(error)}`);
  }
}

async function readBody(response: Response, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw new DownloadFailed(`${response.url} sent more than ${limit.toLocaleString("en-GB")} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decode(body: Buffer): string {
  const packed = body[0] === 0x1f && body[1] === 0x8b;
  const bytes = packed ? gunzipSync(body, { maxOutputLength: LARGEST_UNPACKED }) : body;
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** The cause, where there is one: `fetch` itself says no more than "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
