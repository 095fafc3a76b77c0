import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { chunksOf, transferDeadline } from "../http/exchange";
import { StoreError, TransientError } from "../store-error";
import type { Descriptor } from "./content";
import { checkDigest, checkLength, damaged } from "./digest-check";
import type { RegistryConnection } from "./registry-connection";

/** Which part of a blob is read. */
export interface BlobPart {
  /** The first byte. @default 0 */
  readonly from?: number;
  readonly signal?: AbortSignal | undefined;
}

/** How often a download may be interrupted without any progress. */
const mostInterruptions = 4;

/** The size of a blob, in bytes; undefined if the repository does not have it. @throws StoreError */
export function headBlob(to: RegistryConnection, digest: string, signal?: AbortSignal): Promise<number | undefined> {
  return to.retry(async () => {
    const request = { method: "HEAD", url: to.url(`blobs/${digest}`), signal } as const;
    const response = await to.expect(request, [200, 404], `the request for ${digest}`);
    response.resume();
    if (response.statusCode === 404) return undefined;
    return readLength(response) ?? measureBlob(to, digest, signal);
  }, signal);
}

/** A registry should send a length with HEAD (OCI distribution specification 1.1, "Pulling blobs"); if not, GET has one. */
async function measureBlob(to: RegistryConnection, digest: string, signal?: AbortSignal): Promise<number> {
  const request = { method: "GET", url: to.url(`blobs/${digest}`), signal } as const;
  const response = await to.expect(request, [200], `the request for ${digest}`);
  const length = readLength(response);
  response.destroy();
  if (length === undefined) throw new StoreError(`${to.host} does not say how long ${digest} is`);
  return length;
}

function readLength({ headers }: IncomingMessage): number | undefined {
  const length = headers["content-length"] ?? "";
  return /^[0-9]{1,15}$/.test(length) ? Number(length) : undefined;
}

/**
 * Opens a blob at an offset, unverified except for its length. The body is read to its end, or destroyed. A server without ranges
 * sends everything, and what comes before the offset is dropped.
 *
 * @throws StoreError, also from the body
 */
export async function openBlob(
  from: RegistryConnection,
  blob: Descriptor,
  { from: start = 0, signal }: BlobPart = {},
): Promise<Readable> {
  if (start >= blob.size && start > 0) return Readable.from([]);
  return from.retry(
    async () => Readable.from(await requestBlob(from, blob, start, signal), { objectMode: false }),
    signal,
  );
}

async function requestBlob(from: RegistryConnection, blob: Descriptor, start: number, signal?: AbortSignal) {
  const url = from.url(`blobs/${blob.digest}`);
  const deadline = transferDeadline(blob.size - start);
  // The last byte is named, because the registry of go-containerregistry requires it.
  const range = start > 0 && { Range: `bytes=${start}-${blob.size - 1}` };
  const request = {
    method: "GET",
    url,
    headers: { "Accept-Encoding": "identity", ...range },
    deadline,
    signal,
  } as const;
  const statuses = start > 0 ? [200, 206] : [200];
  const response = await from.expect(request, statuses, `the request for ${blob.digest}`);
  const offset = response.statusCode === 206 ? requireOffset(response, blob, start, from.host) : 0;
  requireLength(response, blob, offset, from.host);
  const chunks = checkLength(chunksOf(response, url, signal), blob, offset, from.host);
  return skip(chunks, start - offset);
}

/** RFC 9110, section 14.4: a server may send another part than was requested. */
function requireOffset(response: IncomingMessage, { digest }: Descriptor, start: number, host: string): number {
  const range = response.headers["content-range"] ?? "";
  const [, first] = /^bytes ([0-9]{1,15})-/.exec(range) ?? [];
  if (first !== undefined && Number(first) <= start) return Number(first);
  response.destroy();
  throw new StoreError(`${host} sends the range "${range}" of ${digest}, not the bytes from ${start}`);
}

/** A wrong length is known before the bytes arrive. */
function requireLength(response: IncomingMessage, blob: Descriptor, offset: number, host: string): void {
  const length = readLength(response);
  if (length === undefined || length === blob.size - offset) return;
  response.destroy();
  throw damaged(host, `${length + offset} bytes`, `${blob.digest} of ${blob.size} bytes`);
}

async function* skip(chunks: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of chunks) {
    const dropped = Math.min(left, chunk.length);
    left -= dropped;
    if (dropped < chunk.length) yield chunk.subarray(dropped);
  }
}

/**
 * The bytes of a blob, verified: after an interruption they continue where they stopped. The last error may come after all bytes.
 *
 * @throws StoreError
 */
export function readBlob(from: RegistryConnection, blob: Descriptor, signal?: AbortSignal): AsyncGenerator<Buffer> {
  return checkDigest(resumeBlob(from, blob, signal), blob, from.host);
}

async function* resumeBlob(from: RegistryConnection, blob: Descriptor, signal?: AbortSignal): AsyncGenerator<Buffer> {
  let received = 0;
  for (let fruitless = 0; ; ) {
    const before = received;
    const body = await openBlob(from, blob, { from: received, signal });
    try {
      for await (const chunk of body) {
        received += chunk.length;
        yield chunk;
      }
      return;
    } catch (error) {
      fruitless = received > before ? 0 : fruitless + 1;
      if (!(error instanceof TransientError) || fruitless === mostInterruptions) throw error;
      await from.wait(error.after ?? 1_000, signal);
    }
  }
}
