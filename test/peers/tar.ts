/** A tar archive consists of blocks of so many bytes (POSIX.1-2001, pax, "ustar Interchange Format"). */
const block = 512;

/** A number as ustar keeps it: octal digits and a NUL, `width` bytes together. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\0`;
}

/** A ustar header's fields in their order, with the checksum as eight spaces, as it counts when it is computed. */
function header(name: string, size: number): Buffer {
  const fields = [
    name.padEnd(100, "\0"),
    octal(0o644, 8),
    octal(0, 8),
    octal(0, 8),
    octal(size, 12),
    octal(0, 12),
    " ".repeat(8),
    "0",
    "\0".repeat(100),
    "ustar\x0000",
  ];
  const bytes = Buffer.alloc(block);
  bytes.write(fields.join(""), "latin1");
  const checksum = bytes.reduce((sum, byte) => sum + byte, 0);
  bytes.write(`${octal(checksum, 7)} `, 148, "latin1");
  return bytes;
}

/** A tar archive with one file. The same file gives the same bytes. */
export function tar(name: string, content: Buffer): Buffer {
  const padding = Buffer.alloc((block - (content.length % block)) % block);
  const end = Buffer.alloc(2 * block);
  return Buffer.concat([header(name, content.length), content, padding, end]);
}
