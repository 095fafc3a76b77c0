/** Converts a checksum from Base64, as stores send it, to hexadecimal; undefined if it is not one of that length. @param bytes its length */
export function hexOfBase64(text: string | undefined, bytes: number): string | undefined {
  const decoded = Buffer.from(text ?? "", "base64");
  return decoded.length === bytes && decoded.toString("base64") === text ? decoded.toString("hex") : undefined;
}

/** Converts a checksum from hexadecimal to Base64. */
export function base64OfHex(hexadecimal: string): string {
  return Buffer.from(hexadecimal, "hex").toString("base64");
}

/** The SHA-256 that a writer recorded as metadata, if it is one. */
export function recordedSha256(text: unknown): string | undefined {
  return typeof text === "string" && /^[0-9a-f]{64}$/.test(text) ? text : undefined;
}
