import { isIPv4, isIPv6 } from "node:net";
import type { PrefixValue } from "../../networks/prefix-table";

/** Checks all prefixes, one after the other. Slow and simple: the reference for the prefix table. */
export type PlainScan = (address: string) => readonly number[] | undefined;

interface Range {
  readonly bits: 32 | 128;
  readonly length: number;
  readonly first: bigint;
  readonly last: bigint;
  readonly value: number;
}

/**
 * Makes a scan over layers of prefixes.
 *
 * @returns a function that returns one value per layer, -1 if no prefix contains the address; undefined if no layer has
 * one, or the text is not an address
 */
export function plainScan(layers: readonly (readonly PrefixValue[])[]): PlainScan {
  const ranges = layers.map((layer) => layer.map(rangeOf));
  return (text) => {
    const address = carried(addressOf(text));
    if (address === undefined) return undefined;
    const values = ranges.map((layer) => longest(layer, address));
    return values.every((value) => value === -1) ? undefined : values;
  };
}

function longest(ranges: readonly Range[], address: { bits: number; number: bigint }): number {
  let best: Range | undefined;
  for (const range of ranges) {
    if (range.bits !== address.bits || address.number < range.first || address.number > range.last) continue;
    if (best === undefined || range.length > best.length) best = range;
  }
  return best?.value ?? -1;
}

function rangeOf({ prefix, value }: PrefixValue): Range {
  const [text = "", length = ""] = prefix.split("/");
  const address = addressOf(text);
  if (address === undefined) throw new Error(`${prefix} is not a prefix`);
  const mapped = text.includes(":") && address.bits === 32;
  const bits = Number(length) - (mapped ? 96 : 0);
  const size = 1n << BigInt(address.bits - bits);
  return { bits: address.bits, length: bits, first: address.number, last: address.number + size - 1n, value };
}

/** Only relies on Node's own parser of addresses. */
function addressOf(text: string): { bits: 32 | 128; number: bigint } | undefined {
  if (isIPv4(text)) return { bits: 32, number: ipv4(text) };
  if (!isIPv6(text) || text.includes("%")) return undefined;
  const hexadecimal = text.replace(/[0-9]+(?:\.[0-9]+){3}$/, (tail) => {
    const number = ipv4(tail);
    return `${(number >> 16n).toString(16)}:${(number & 0xffffn).toString(16)}`;
  });
  const [head = "", tail] = hexadecimal.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = new Array<string>(8 - left.length - right.length).fill("0");
  const number = [...left, ...zeros, ...right].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  return number >> 32n === 0xffffn ? { bits: 32, number: number & 0xffff_ffffn } : { bits: 128, number };
}

/** An address as it is looked up: 6to4 and NAT64 as their embedded IPv4 address. */
function carried(address: ReturnType<typeof addressOf>): ReturnType<typeof addressOf> {
  if (address?.bits !== 128) return address;
  if (address.number >> 112n === 0x2002n) return { bits: 32, number: (address.number >> 80n) & 0xffff_ffffn };
  if (address.number >> 32n === 0x64_ff9bn << 64n) return { bits: 32, number: address.number & 0xffff_ffffn };
  return address;
}

function ipv4(text: string): bigint {
  return text.split(".").reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}
