import { addressBits, parseCidr } from "../networks/cidr";
import type { FeedName } from "../networks/feed-name";
import { readRanges, shippedRanges } from "../networks/range-snapshot";
import { seededRandom } from "./seeded-random";

const clouds: readonly FeedName[] = ["aws", "google", "azure"];

/** A prefix of a cloud, with its place as `feed/region`. */
export interface CloudEntry {
  readonly prefix: string;
  readonly place: string;
}

/** The shipped ranges of AWS, Google and Azure. */
export function cloudEntries(): CloudEntry[] {
  return clouds.flatMap((feed) =>
    readRanges(shippedRanges, { kind: "feed", feed }).entries.map(({ prefix, region }) => ({
      prefix,
      place: `${feed}/${region}`,
    })),
  );
}

/** Addresses in random prefixes, each with random bits past the length; the same in every run. */
export function sampleAddresses(prefixes: readonly string[], bits: 32 | 128, count: number): string[] {
  const random = seededRandom(20261121);
  const cidrs = prefixes.map(parseCidr).filter((cidr) => addressBits(cidr) === bits);
  return Array.from({ length: count }, () => {
    const { groups = [], length = 0 } = cidrs[Math.floor(random() * cidrs.length)] ?? {};
    const filled = groups.map((group, index) => {
      const free = Math.min(16, Math.max(0, (index + 1) * 16 - length));
      return group | Math.floor(random() * 2 ** free);
    });
    if (bits === 128) return filled.map((group) => group.toString(16)).join(":");
    return filled.map((group) => `${group >>> 8}.${group & 0xff}`).join(".");
  });
}
