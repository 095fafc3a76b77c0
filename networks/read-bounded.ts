/**
 * Reads a body into memory, up to a limit. A longer body is closed and not read further.
 *
 * @param limit in bytes
 * @param tooLong creates the error for a longer body
 * @throws the error of `tooLong`, or of the body
 */
export async function readBounded(
  body: AsyncIterable<Uint8Array>,
  limit: number,
  tooLong: () => Error,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    // Leaving the loop closes the body.
    if (length > limit) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
