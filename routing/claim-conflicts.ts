import type { ExternalProvider, Inventory, NetworkClaim } from "../inventory/inventory";
import { addressBits } from "../networks/cidr";
import { measureSize } from "../networks/find-size-problems";
import { compilePrefixTable, PrefixTable, type PrefixValue } from "../networks/prefix-table";
import { claimedEntries, networkLayers, type ReadEntries } from "./network-layers";
import { percent } from "./percent";

/** The two families of addresses, which are counted separately. */
export type Family = "IPv4" | "IPv6";

/** Addresses that one provider's prefixes and lists claim, and also another provider's feed, ASNs or lists. */
export interface ClaimConflict {
  readonly claimant: string;
  readonly other: string;
  /** How the other provider claims the addresses. */
  readonly by: "feed" | "ASNs" | "lists";
  /** Whether the claimant gets the clients; inside a cloud's own feed, only a claim with `inside` does. */
  readonly moves: boolean;
  readonly family: Family;
  readonly addresses: number;
  /** Share of all addresses that the other provider claims in this way, from 0 to 1. */
  readonly share: number;
}

/** How much of the address space an external provider claims. */
export interface ClaimedShare {
  readonly provider: ExternalProvider;
  readonly family: Family;
  /** From 0 to 1; of IPv6, as `at-most` in `docs/mirrors.md` counts it. */
  readonly share: number;
}

/** Overlaps up to a thousandth are ignored: lists and ASNs always differ by a few prefixes. */
export const smallShare = 0.001;

/** IPv6 space that IANA has given to the regional registries: eight /12s in 2026 (IPv6 Global Unicast Address Assignments). */
const ipv6InUse = 2 ** (128 - 9);

const listKinds: readonly NetworkClaim["kind"][] = ["prefixes", "cidr-list", "geofeed"];

/**
 * The shares of the address space that external providers claim beyond their limits. The clouds' feeds do not count:
 * donors do not write them.
 */
export function overLimit(inventory: Inventory, read: ReadEntries): ClaimedShare[] {
  const claims = claimedEntries(inventory, [...listKinds, "asn", "country"], read);
  return inventory.providers.flatMap((provider) => {
    if (provider.cloud !== "external") return [];
    const size = measureSize(claims.flatMap((each) => (each.provider === provider ? [each.entry] : [])));
    const shares: ClaimedShare[] = [
      { provider, family: "IPv4", share: size["IPv4 addresses"] / 2 ** 32 },
      { provider, family: "IPv6", share: size["IPv6 addresses"] / ipv6InUse },
    ];
    return shares.filter(({ share }) => share > provider.atMost);
  });
}

/** Claims too large to compile a table from. The message names the providers and sizes. */
export class ClaimsTooLarge extends Error {
  override readonly name = "ClaimsTooLarge";
}

/**
 * The last line of defence: the commands report {@link overLimit} earlier, with the file and a fix.
 *
 * @throws ClaimsTooLarge if an external provider claims more than it may
 */
export function requireLimits(inventory: Inventory, read: ReadEntries): void {
  const [first] = overLimit(inventory, read);
  if (first === undefined) return;
  const { provider, family, share } = first;
  throw new ClaimsTooLarge(
    `${provider.key} claims ${percent(share)} of ${family}, which is more than its \`at-most\` of ${percent(provider.atMost)}`,
  );
}

/**
 * Addresses that several providers claim, the largest share first.
 *
 * @param claims the kinds of claims that are compared with feeds, ASNs and each other
 */
export function claimConflicts(inventory: Inventory, read: ReadEntries, claims = listKinds): ClaimConflict[] {
  const keys = inventory.providers.map(({ key }) => key);
  const numbered = (kinds: readonly NetworkClaim["kind"][], only?: string): PrefixValue[] => {
    const prefixes = new Map<string, number>();
    for (const { provider, entry } of claimedEntries(inventory, kinds, read)) {
      if (only !== undefined && provider.key !== only) continue;
      if (!prefixes.has(entry.prefix)) prefixes.set(entry.prefix, keys.indexOf(provider.key));
    }
    return Array.from(prefixes, ([prefix, value]) => ({ prefix, value }));
  };
  const { feeds, prefixes } = networkLayers(inventory, read);
  const { bytes, combinations } = compilePrefixTable([
    numbered(["feed"]),
    numbered(["asn"]),
    feeds.entries(),
    prefixes.entries(),
    ...keys.map((key) => numbered(claims, key)),
  ]);
  const tally = new Tally();
  for (const { cidr, answer } of new PrefixTable(bytes).answers()) {
    const [feed = -1, asn = -1, inFeeds = -1, inPrefixes = -1, ...lists] = combinations[answer] ?? [];
    const owner = feeds.known[inFeeds]?.provider ?? prefixes.known[inPrefixes]?.provider;
    const family = addressBits(cidr) === 32 ? "IPv4" : "IPv6";
    const addresses = 2 ** (addressBits(cidr) - cidr.length);
    const claimants = keys.filter((_, index) => (lists[index] ?? -1) >= 0);
    const others = [
      { other: keys[feed], by: "feed" as const },
      { other: keys[asn], by: "ASNs" as const },
      ...claimants.map((other) => ({ other, by: "lists" as const })),
    ].flatMap(({ other, by }) => (other === undefined ? [] : [{ other, by }]));
    for (const one of others) tally.addOwned(one, family, addresses);
    for (const claimant of claimants) {
      const foreign = others.filter(({ other }) => other !== claimant);
      // Inside a feed, only the feed applies.
      const against = feed >= 0 ? foreign.filter(({ by }) => by === "feed") : foreign;
      if (feed < 0 && owner !== claimant) continue;
      for (const one of against) tally.addConflict(claimant, one, owner === claimant, family, addresses);
    }
  }
  return tally.conflicts();
}

type Owned = Pick<ClaimConflict, "other" | "by">;

/** Counts addresses. */
class Tally {
  readonly #owned = new Map<string, number>();
  readonly #conflicts = new Map<string, Omit<ClaimConflict, "share">>();

  addOwned({ other, by }: Owned, family: Family, addresses: number): void {
    const key = [other, by, family].join();
    this.#owned.set(key, (this.#owned.get(key) ?? 0) + addresses);
  }

  addConflict(claimant: string, { other, by }: Owned, moves: boolean, family: Family, addresses: number): void {
    const key = [claimant, other, by, family, moves].join();
    const known = this.#conflicts.get(key)?.addresses ?? 0;
    this.#conflicts.set(key, { claimant, other, by, moves, family, addresses: known + addresses });
  }

  conflicts(): ClaimConflict[] {
    return Array.from(this.#conflicts.values(), (conflict) => {
      const owned = this.#owned.get([conflict.other, conflict.by, conflict.family].join()) ?? conflict.addresses;
      return { ...conflict, share: conflict.addresses / owned };
    }).sort((left, right) => right.share - left.share);
  }
}
