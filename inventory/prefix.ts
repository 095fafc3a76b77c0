import { isIPv4, isIPv6 } from "node:net";

/** A prefix in CIDR notation that means what it says, or what is wrong with it. */
export type PrefixReading =
  | { readonly ok: true; readonly canonical: string }
  | { readonly ok: false; readonly why: string; readonly fix: string };

const howTo = "Write it as 203.0.113.0/24 or 2001:db8::/32.";

/** Reads a prefix in CIDR notation (RFC 4632, section 3.1; RFC 4291, section 2.3). Equal prefixes have one canonical form. */
export function readPrefix(text: string): PrefixReading {
  const [address = "", length = "", ...more] = text.split("/");
  const bits = isIPv4(address) ? 32 : isIPv6(address) && !address.includes("%") ? 128 : 0;
  if (more.length > 0 || bits === 0) return { ok: false, why: "is no prefix in CIDR notation", fix: howTo };
  if (!/^(0|[1-9][0-9]{0,2})$/.test(length) || Number(length) > bits) {
    return { ok: false, why: `needs a length from 0 to ${bits} behind a slash`, fix: howTo };
  }
  const value = bits === 32 ? ipv4Value(address) : ipv6Value(address);
  if (bits === 128 && value >> 32n === 0xffffn) {
    return {
      ok: false,
      why: "is an IPv4 prefix in IPv6 clothes (RFC 4291, section 2.5.5.2)",
      fix: "Write it as IPv4.",
    };
  }
  return withoutHostBits(value, bits, Number(length));
}

function withoutHostBits(value: bigint, bits: 32 | 128, length: number): PrefixReading {
  const hostBits = BigInt(bits - length);
  const network = (value >> hostBits) << hostBits;
  if (network === value) return { ok: true, canonical: `${bits}:${network.toString(16)}/${length}` };
  const meant = `${bits === 32 ? ipv4Text(network) : ipv6Text(network)}/${length}`;
  return {
    ok: false,
    why: "has bits set behind its length",
    fix: `Write ${meant}, or the longer prefix that is meant.`,
  };
}

function ipv4Value(address: string): bigint {
  return address.split(".").reduce((value, byte) => (value << 8n) + BigInt(byte), 0n);
}

function ipv4Text(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
}

function ipv6Value(address: string): bigint {
  const [head = "", tail] = canonicalIpv6(address).split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => "0");
  return [...front, ...zeros, ...back].reduce((value, group) => (value << 16n) + BigInt(`0x${group}`), 0n);
}

function ipv6Text(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  return canonicalIpv6(groups.join(":"));
}

/** The form of RFC 5952, in which there is no dotted part: that of URLs (WHATWG URL standard, section 3.5). */
function canonicalIpv6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
