/** ASN.1 in DER (ITU-T X.690), as far as certificates need it. */
export const der = {
  tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
    const content = Buffer.concat(parts);
    const { length } = content;
    const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...size]), content]);
  },
  sequence: (...parts: readonly Uint8Array[]) => der.tagged(0x30, ...parts),
  set: (...parts: readonly Uint8Array[]) => der.tagged(0x31, ...parts),
  octets: (bytes: Uint8Array) => der.tagged(0x04, bytes),
  bits: (bytes: Uint8Array, unused = 0) => der.tagged(0x03, Buffer.from([unused]), bytes),
  integer: (value: number) => der.tagged(0x02, Buffer.from([value])),
  text: (value: string) => der.tagged(0x0c, Buffer.from(value)),
  yes: () => der.tagged(0x01, Buffer.from([0xff])),
  time: (date: Date) => der.tagged(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\.\d+/g, "")}`)),
  oid(text: string): Buffer {
    const [first = 0, second = 0, ...others] = text.split(".").map(Number);
    const encode = (value: number): number[] => {
      const digits = [value & 0x7f];
      for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
      return digits;
    };
    return der.tagged(0x06, Buffer.from([first * 40 + second, ...others.flatMap(encode)]));
  },
};
