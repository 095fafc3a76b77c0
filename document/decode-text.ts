/** A byte that is not valid UTF-8. */
export interface BadByte {
  /** From 0. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
}

/** The text, or the first byte that is not UTF-8; or the first zero byte, as in UTF-16 text. */
export function decodeText(bytes: Uint8Array): string | BadByte {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const zero = bytes.indexOf(0);
    return zero < 0 ? text : badByte(bytes, zero);
  } catch {
    const lenient = new TextEncoder().encode(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
    return badByte(
      bytes,
      bytes.findIndex((byte, index) => byte !== lenient[index]),
    );
  }
}

function badByte(bytes: Uint8Array, offset: number): BadByte {
  return { offset, line: bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length + 1 };
}
