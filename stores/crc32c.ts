/** The reversed polynomial of CRC-32C (RFC 3385, section 5.1; Cloud Storage, "Data validation"). Node's `zlib.crc32` has another one. */
const polynomial = 0x82f63b78;

/**
 * Eight tables: `tables[256 * n + byte]` is what a byte contributes when n more bytes follow it. So eight bytes take eight look-ups
 * that do not wait for one another ("slicing by 8", Kounavis and Berry, 2008), which takes two fifths of the time of one table.
 */
const tables = createTables();

function createTables(): Int32Array {
  const created = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    created[byte] = value;
  }
  for (let at = 256; at < created.length; at++) {
    const value = created[at - 256] as number;
    created[at] = (value >>> 8) ^ (created[value & 0xff] as number);
  }
  return created;
}

function tableValue(table: number, byte: number): number {
  return tables[256 * table + (byte & 0xff)] as number;
}

/** The CRC-32C of bytes that arrive in pieces. */
export class Crc32c {
  #state = -1;

  update(bytes: Uint8Array): this {
    const { length } = bytes;
    let state = this.#state;
    let at = 0;
    for (; at + 8 <= length; at += 8) {
      const low = state ^ readWord(bytes, at);
      const high = readWord(bytes, at + 4);
      state =
        tableValue(7, low) ^
        tableValue(6, low >>> 8) ^
        tableValue(5, low >>> 16) ^
        tableValue(4, low >>> 24) ^
        tableValue(3, high) ^
        tableValue(2, high >>> 8) ^
        tableValue(1, high >>> 16) ^
        tableValue(0, high >>> 24);
    }
    for (; at < length; at++) state = (state >>> 8) ^ tableValue(0, state ^ (bytes[at] as number));
    this.#state = state;
    return this;
  }

  /** In hexadecimal, 8 digits. */
  digest(): string {
    return (~this.#state >>> 0).toString(16).padStart(8, "0");
  }
}

/** Four bytes, the lowest first. */
function readWord(bytes: Uint8Array, at: number): number {
  const [first, second, third, fourth] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as number[];
  return (first as number) | ((second as number) << 8) | ((third as number) << 16) | ((fourth as number) << 24);
}
