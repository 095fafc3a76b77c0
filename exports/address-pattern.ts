const octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

/** An IPv4 address without leading zeros, as accepted by `parseIPv4`. */
export const ipv4Pattern = `(?:${octet}\\.){3}${octet}`;

const group = "[0-9A-Fa-f]{1,4}";

/** Between `least` and `most` groups of an IPv6 address, separated by colons. */
function groups(least: number, most: number): string {
  if (most === 0) return "";
  return least === 0 ? `(?:${groups(1, most)})?` : `${group}(?::${group}){${least - 1},${most - 1}}`;
}

/** What may follow `::` with `left` groups remaining: groups, or some and an IPv4 address for the last two. */
function afterGap(left: number): string {
  if (left < 2) return groups(0, left);
  return `(?:(?:${group}:){0,${left - 2}}${ipv4Pattern}|${groups(0, left)})`;
}

/** An IPv6 address without a zone, as accepted by `parseIPv6`: `::` stands for one group or more. */
export const ipv6Pattern = `(?:${[
  groups(8, 8),
  `(?:${group}:){6}${ipv4Pattern}`,
  ...Array.from({ length: 8 }, (_, before) => `${groups(before, before)}::${afterGap(7 - before)}`),
].join("|")})`;
