import type { Inventory, NetworkClaim, Provider } from "../inventory/inventory";
import { type Cloud, findRegion } from "../inventory/region";
import { formatCidr, parseCidr } from "../networks/cidr";
import type { FeedName } from "../networks/feed-name";
import { findLabelsAround } from "../networks/find-labels-around";
import type { PrefixValue } from "../networks/prefix-table";
import { type RangeEntry, RangesUnreadable } from "../networks/range-entry";
import { readRanges, selectEntries } from "../networks/range-snapshot";
import { type RangeSource, snapshotFileName } from "../networks/range-source";
import type { Network } from "./routing-table";

/** One layer's attributes of a prefix. */
export type Known = Pick<Network, "provider" | "region" | "asn" | "country">;

/** A layer under construction: prefixes with attributes. The first claim of a prefix wins. */
export class Layer {
  readonly #values = new Map<string, number>();
  readonly #prefixes = new Map<string, number>();
  readonly known: Known[] = [];

  add(prefix: string, known: Known): void {
    if (this.#prefixes.has(prefix)) return;
    const name = JSON.stringify(known);
    let value = this.#values.get(name);
    if (value === undefined) {
      value = this.known.push(known) - 1;
      this.#values.set(name, value);
    }
    this.#prefixes.set(prefix, value);
  }

  entries(): PrefixValue[] {
    return Array.from(this.#prefixes, ([prefix, value]) => ({ prefix, value }));
  }
}

/** The layers in lookup order. */
export interface NetworkLayers {
  /** The clouds' own feeds, refined by their own providers' claims and by claims with `inside`. */
  readonly feeds: Layer;
  /** All other prefixes and lists. */
  readonly prefixes: Layer;
  readonly asns: Layer;
  readonly countries: Layer;
}

/** Reads the entries of a published source. */
export type ReadEntries = (source: RangeSource) => readonly RangeEntry[];

/** One provider's claim on one prefix. */
export interface ClaimedEntry {
  readonly provider: Provider;
  readonly claim: NetworkClaim;
  readonly entry: RangeEntry;
}

/** The published ranges that an inventory names, in the order of its providers. */
export function rangeSources(inventory: Inventory): RangeSource[] {
  const claims = inventory.providers.flatMap(({ networks }) => networks.flatMap((claim) => sourceOf(claim) ?? []));
  return [...claims, ...avoidedSources(inventory)];
}

/** The sources of the networks that mirrors avoid, which are needed too. */
export function avoidedSources(inventory: Inventory): (RangeSource & { readonly kind: "asn" | "country" })[] {
  const avoided = inventory.providers.flatMap(({ mirrors }) => mirrors.map(({ avoid }) => avoid));
  const asns = [...new Set(avoided.flatMap((each) => each.asns))];
  const countries = [...new Set(avoided.flatMap((each) => each.countries))];
  return [
    ...(asns.length > 0 ? [{ kind: "asn", asns } as const] : []),
    ...(countries.length > 0 ? [{ kind: "country", countries } as const] : []),
  ];
}

/** A claim's published source; undefined for literal prefixes. */
export function sourceOf(claim: NetworkClaim): RangeSource | undefined {
  switch (claim.kind) {
    case "prefixes":
      return undefined;
    case "cidr-list":
    case "geofeed":
      return { kind: claim.kind, url: claim.url };
    case "feed":
    case "asn":
    case "country":
      return claim;
    default:
      return claim satisfies never;
  }
}

/** A region as its cloud spells it, if the cloud is known: Azure's ranges shorten some. */
function canonicalRegion(cloud: Cloud | "external", region: string): string {
  return cloud === "external" ? region : (findRegion(cloud, region)?.region ?? region);
}

/** The attributes of a claimed prefix; a feed of another cloud uses that cloud's regions. */
function describeClaim({ provider, entry: { region, country } }: ClaimedEntry): Known {
  return {
    provider: provider.key,
    ...(region !== undefined && { region: canonicalRegion(provider.cloud, region) }),
    ...(country !== undefined && { country }),
  };
}

function entriesOf(claim: NetworkClaim, read: ReadEntries): readonly RangeEntry[] {
  const source = sourceOf(claim);
  if (source !== undefined) return read(source);
  if (claim.kind !== "prefixes") return [];
  const { prefixes, region } = claim;
  return prefixes.map((text) => ({
    prefix: formatCidr(parseCidr(text)),
    ...(region !== undefined && { region }),
  }));
}

/** Claims of the given kinds, in order; the first of equal prefixes wins. */
export function claimedEntries(
  inventory: Inventory,
  kinds: readonly NetworkClaim["kind"][],
  read: ReadEntries,
): ClaimedEntry[] {
  const claims = inventory.providers.flatMap((provider) => provider.networks.map((claim) => ({ provider, claim })));
  return kinds.flatMap((kind) =>
    claims
      .filter(({ claim }) => claim.kind === kind)
      .flatMap(({ provider, claim }) => entriesOf(claim, read).map((entry) => ({ provider, claim, entry }))),
  );
}

/** Prefixes in the inventory itself come first: they are explicit, so they override published lists. */
const writtenAndListed: readonly NetworkClaim["kind"][] = ["prefixes", "geofeed", "cidr-list"];

/**
 * Separates claims inside a cloud's own feed from the others: such a claim counts if the feed's own provider makes it, or if
 * it says `inside`. Any other claim inside a feed has no effect, however long its prefixes are: otherwise a donor could take
 * the cloud's clients.
 */
function sortClaims(inventory: Inventory, read: ReadEntries) {
  const feeds = claimedEntries(inventory, ["feed"], read);
  const others = claimedEntries(inventory, writtenAndListed, read);
  const around = findLabelsAround(
    others.map(({ entry }) => parseCidr(entry.prefix)),
    feeds.map((feed) => ({ cidr: parseCidr(feed.entry.prefix), label: feed })),
  );
  const holdsInside = ({ provider, claim }: ClaimedEntry, feed: ClaimedEntry): boolean =>
    provider.key === feed.provider.key || ("inside" in claim && claim.inside === feedOf(feed));
  const inside = others.filter((other, index) => {
    const feed = around[index];
    return feed !== undefined && holdsInside(other, feed);
  });
  return { feeds, inside, outside: others.filter((_, index) => around[index] === undefined) };
}

/** The name of the feed that a claimed entry comes from. */
export function feedOf({ claim }: ClaimedEntry): FeedName | undefined {
  return claim.kind === "feed" ? claim.feed : undefined;
}

/** Builds the layers from an inventory's claims and the published ranges. */
export function networkLayers(inventory: Inventory, read: ReadEntries): NetworkLayers {
  const layers = { feeds: new Layer(), prefixes: new Layer(), asns: new Layer(), countries: new Layer() };
  const { feeds, inside, outside } = sortClaims(inventory, read);
  for (const each of [...inside.filter(isWritten), ...feeds, ...inside.filter((one) => !isWritten(one))]) {
    layers.feeds.add(each.entry.prefix, describeClaim(each));
  }
  for (const each of outside) layers.prefixes.add(each.entry.prefix, describeClaim(each));
  for (const { provider, entry } of claimedEntries(inventory, ["asn"], read)) {
    layers.asns.add(entry.prefix, { provider: provider.key, asn: entry.asn ?? 0 });
  }
  for (const { provider, entry } of claimedEntries(inventory, ["country"], read)) {
    layers.countries.add(entry.prefix, { provider: provider.key, country: entry.country ?? "" });
  }
  addAvoided(inventory, read, layers);
  return layers;
}

/** Literal prefixes refine a feed; lists only if the feed has no equal prefix. */
function isWritten({ claim }: ClaimedEntry): boolean {
  return claim.kind === "prefixes";
}

function addAvoided(inventory: Inventory, read: ReadEntries, { asns, countries }: NetworkLayers): void {
  for (const source of avoidedSources(inventory)) {
    for (const { prefix, asn, country } of read(source)) {
      if (source.kind === "asn") asns.add(prefix, { asn: asn ?? 0 });
      else countries.add(prefix, { country: country ?? "" });
    }
  }
}

/**
 * Reads each source once from a directory of snapshots.
 *
 * @param missing what to read if there is no usable snapshot. @default throws the error
 */
export function readingFrom(directory: string, missing?: readonly RangeEntry[]): ReadEntries {
  const known = new Map<string, readonly RangeEntry[]>();
  return (source) => {
    const name = JSON.stringify(source);
    const entries = known.get(name) ?? entriesIn(directory, source, missing);
    known.set(name, entries);
    return entries;
  };
}

function entriesIn(directory: string, source: RangeSource, missing: readonly RangeEntry[] | undefined) {
  try {
    return readRanges(directory, source).entries;
  } catch (error) {
    if (error instanceof RangesUnreadable && missing !== undefined) return missing;
    throw error;
  }
}

/** Reads as before, but with other entries for one file of snapshots. */
export function readingWith(read: ReadEntries, changed: RangeSource, entries: readonly RangeEntry[]): ReadEntries {
  const file = snapshotFileName(changed);
  return (source) => (snapshotFileName(source) === file ? entries.filter(selectEntries(source)) : read(source));
}
