import type { Inventory } from "../inventory/inventory";
import { addressBits, formatCidr } from "../networks/cidr";
import { listDisjointPrefixes } from "../networks/list-disjoint-prefixes";
import { compilePrefixTable, PrefixTable, type PrefixValue } from "../networks/prefix-table";
import type { Family } from "./claim-conflicts";
import { networkLayers, type ReadEntries } from "./network-layers";

/** Addresses that move from one provider to another. */
export interface ClientMove {
  /** The previous provider; absent for unaffiliated clients. */
  readonly from?: string;
  /** The provider whose clients they are; absent: unaffiliated clients. */
  readonly to?: string;
  readonly family: Family;
  readonly addresses: number;
  /** Share of the addresses that `from` had, from 0 to 1. */
  readonly shareOfFrom?: number;
}

/** How many addresses a provider has, before and after a change. */
export interface ClientCount {
  readonly provider: string;
  readonly family: Family;
  readonly before: number;
  readonly after: number;
  readonly gained: number;
  readonly lost: number;
}

/** The provider index of each prefix. */
export interface Owners {
  readonly prefixes: readonly PrefixValue[];
  readonly keys: readonly string[];
}

/**
 * The owners of addresses, according to an inventory and the ranges.
 *
 * @param countries whether to count clients that a provider has only through a country
 */
export function ownersOf(inventory: Inventory, read: ReadEntries, countries = true): Owners {
  const keys = inventory.providers.map(({ key }) => key);
  const { feeds, prefixes, asns, ...rest } = networkLayers(inventory, read);
  const layers = [feeds, prefixes, asns, ...(countries ? [rest.countries] : [])];
  const { bytes, combinations } = compilePrefixTable(layers.map((layer) => layer.entries()));
  const numbers = combinations.map((combination) => {
    const known = layers.map((layer, index) => layer.known[combination[index] ?? -1]?.provider);
    return keys.indexOf(known.find((provider) => provider !== undefined) ?? "");
  });
  const owned = listDisjointPrefixes(new PrefixTable(bytes), (answer) => {
    const number = numbers[answer] ?? -1;
    return number < 0 ? undefined : number;
  });
  return { keys, prefixes: owned.map(({ cidr, label }) => ({ prefix: formatCidr(cidr), value: label })) };
}

/** The moved addresses and each provider's new totals, sorted by name. */
export function clientMoves(before: Owners, after: Owners): { moves: ClientMove[]; counts: ClientCount[] } {
  const sums = new Map<string, { from?: string; to?: string; family: Family; addresses: number }>();
  const { bytes, combinations } = compilePrefixTable([before.prefixes, after.prefixes]);
  for (const { cidr, answer } of new PrefixTable(bytes).answers()) {
    const [was = -1, is = -1] = combinations[answer] ?? [];
    const [from, to] = [before.keys[was], after.keys[is]];
    const family = addressBits(cidr) === 32 ? "IPv4" : "IPv6";
    const name = [from ?? "", to ?? "", family].join();
    const addresses = (sums.get(name)?.addresses ?? 0) + 2 ** (addressBits(cidr) - cidr.length);
    sums.set(name, { ...(from !== undefined && { from }), ...(to !== undefined && { to }), family, addresses });
  }
  const parts = [...sums.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, part]) => part);
  const counts = countsOf(parts);
  const hadBefore = (from: string, family: Family) =>
    counts.find((count) => count.provider === from && count.family === family)?.before ?? 0;
  const moves = parts
    .filter(({ from, to }) => from !== to)
    .map(
      (part): ClientMove => ({
        ...part,
        ...(part.from !== undefined && { shareOfFrom: part.addresses / hadBefore(part.from, part.family) }),
      }),
    );
  return { moves, counts };
}

function countsOf(parts: readonly Omit<ClientMove, "shareOfFrom">[]): ClientCount[] {
  const counts = new Map<string, { -readonly [Field in keyof ClientCount]: ClientCount[Field] }>();
  const count = (provider: string, family: Family) => {
    const name = `${provider},${family}`;
    const known = counts.get(name) ?? { provider, family, before: 0, after: 0, gained: 0, lost: 0 };
    counts.set(name, known);
    return known;
  };
  for (const { from, to, family, addresses } of parts) {
    if (from !== undefined) count(from, family).before += addresses;
    if (to !== undefined) count(to, family).after += addresses;
    if (from === to) continue;
    if (from !== undefined) count(from, family).lost += addresses;
    if (to !== undefined) count(to, family).gained += addresses;
  }
  return [...counts.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, one]) => one);
}
