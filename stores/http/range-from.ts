/** The header that asks for everything from a byte (RFC 9110, section 14.1.2); none for the whole. */
export function rangeFrom(from: number): Record<string, string> {
  return from > 0 ? { range: `bytes=${from}-` } : {};
}
