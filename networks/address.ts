/**
 * Parsing of client addresses. Both parsers are strict, never throw, and allocate nothing: they run for every request, on
 * untrusted input.
 */

const dot = 0x2e;
const colon = 0x3a;
const digitZero = 0x30;

/** The value of each ASCII character as a hexadecimal digit, or -1: a table, because the branches are unpredictable. */
const hexadecimalValues = Int8Array.from({ length: 128 }, (_, code) =>
  /[0-9a-f]/i.test(String.fromCharCode(code)) ? Number.parseInt(String.fromCharCode(code), 16) : -1,
);

/** The longest text of an IPv6 address: eight groups of four digits, the last two written as an IPv4 address. */
const longestIpv6 = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length;

/**
 * Reads four decimal octets, from `start` to the end of the text.
 *
 * Octets with a leading zero are refused: some systems read them as octal (RFC 6943, section 3.1.1), so two programs
 * could see different addresses. The digits are unrolled: a third faster than a loop over characters.
 *
 * @returns the address as a number from 0 to 2^32 - 1, or -1 if the text is not an IPv4 address
 */
export function parseIPv4(text: string, start = 0): number {
  const end = text.length;
  let address = 0;
  let position = start;
  for (let octets = 1; position < end; octets++) {
    let octet = text.charCodeAt(position++) - digitZero;
    if (octet < 0 || octet > 9) return -1;
    if (octet > 0 && position < end) {
      const second = text.charCodeAt(position) - digitZero;
      if (second >= 0 && second <= 9) {
        octet = octet * 10 + second;
        position++;
        if (position < end) {
          const third = text.charCodeAt(position) - digitZero;
          if (third >= 0 && third <= 9) {
            octet = octet * 10 + third;
            position++;
            if (octet > 255) return -1;
          }
        }
      }
    }
    address = (address << 8) | octet;
    if (octets === 4) return position === end ? address >>> 0 : -1;
    if (position === end || text.charCodeAt(position++) !== dot) return -1;
  }
  return -1;
}

/**
 * Reads an IPv6 address in any form of RFC 4291, section 2.2: full, compressed with `::` (which stands for one group
 * or more), and with an IPv4 address as the last two groups. A zone (`%eth0`) only has a meaning on one machine and
 * makes the text invalid.
 *
 * @param groups receives the eight 16-bit groups; undefined if the result is false
 * @returns whether the text is an IPv6 address
 */
export function parseIPv6(text: string, groups: Uint16Array): boolean {
  const end = text.length;
  if (end < 2 || end > longestIpv6) return false;
  let filled = 0;
  let gap = -1;
  let group = 0;
  let digits = 0;
  let position = 0;
  if (text.charCodeAt(0) === colon) {
    if (text.charCodeAt(1) !== colon) return false;
    gap = 0;
    position = 2;
  }
  for (; position < end; position++) {
    const code = text.charCodeAt(position);
    const value = code < 128 ? (hexadecimalValues[code] ?? -1) : -1;
    if (value >= 0) {
      if (digits === 4) return false;
      group = (group << 4) | value;
      digits++;
    } else if (code === colon) {
      if (digits === 0 || filled === 7 || position + 1 === end) return false;
      groups[filled++] = group;
      group = 0;
      digits = 0;
      if (text.charCodeAt(position + 1) === colon) {
        if (gap >= 0) return false;
        gap = filled;
        position++;
      }
    } else if (code === dot && filled <= 6) {
      const tail = parseIPv4(text, position - digits);
      if (tail < 0) return false;
      groups[filled++] = tail >>> 16;
      group = tail & 0xffff;
      digits = 1;
      break;
    } else {
      return false;
    }
  }
  if (digits > 0) groups[filled++] = group;
  if (gap < 0) return filled === 8;
  if (filled === 8) return false;
  openGap(groups, gap, filled);
  return true;
}

/** Whether eight groups are an IPv4-mapped address, `::ffff:a.b.c.d` (RFC 4291, section 2.5.5.2). */
export function isIPv4Mapped(groups: Uint16Array): boolean {
  return (
    groups[5] === 0xffff && groups[0] === 0 && groups[1] === 0 && groups[2] === 0 && groups[3] === 0 && groups[4] === 0
  );
}

/**
 * The IPv4 address that is embedded in eight groups. Lookups use it, because the client is that IPv4 host: it connects
 * through a gateway, whose own address says nothing about the client.
 *
 * - `::ffff:a.b.c.d`: IPv4-mapped (RFC 4291, section 2.5.5.2), the form of an IPv4 peer on a socket for both families;
 * - `2002:aabb:ccdd::/48`: 6to4 (RFC 3056, section 2), routed to the embedded IPv4 address;
 * - `64:ff9b::a.b.c.d`: NAT64 with the well-known prefix (RFC 6052, section 2.1). Other prefixes are network-specific.
 *
 * @returns the address like {@link parseIPv4}, or -1 if there is none
 */
export function extractIPv4(groups: Uint16Array): number {
  const first = groups[0];
  if (first === 0x2002) return (((groups[1] ?? 0) << 16) | (groups[2] ?? 0)) >>> 0;
  if (isIPv4Mapped(groups) || (first === 0x64 && isWellKnownNat64(groups))) {
    return (((groups[6] ?? 0) << 16) | (groups[7] ?? 0)) >>> 0;
  }
  return -1;
}

function isWellKnownNat64(groups: Uint16Array): boolean {
  return groups[1] === 0xff9b && groups[2] === 0 && groups[3] === 0 && groups[4] === 0 && groups[5] === 0;
}

/** Moves the groups that follow `::` to the end and puts zeros in their place. */
function openGap(groups: Uint16Array, gap: number, filled: number): void {
  const moved = 8 - filled;
  for (let index = filled - 1; index >= gap; index--) groups[index + moved] = groups[index] ?? 0;
  for (let index = gap; index < gap + moved; index++) groups[index] = 0;
}
