import type { Coordinates } from "../inventory/coordinates";
import { findCountry } from "../inventory/country";
import type { DeployedFacts, ProviderFacts } from "../inventory/deployed-facts";
import type { Avoided, Inventory, NetworkClaim, Provider } from "../inventory/inventory";
import { type Cloud, findRegion } from "../inventory/region";
import { compilePrefixTable, type PrefixValue } from "../networks/prefix-table";
import type { RangeEntry } from "../networks/range-entry";
import { readRanges } from "../networks/range-snapshot";
import { distinctSources, type RangeSource, sourceName } from "../networks/range-source";
import type { Credit } from "./credit";
import { endpointsOf } from "./endpoints";
import { encodeRoutingTable, type Network, type RoutingTableContent, type TableMirror } from "./routing-table";

/** The published ranges that an inventory names, in the order of its providers. */
export function rangeSources(inventory: Inventory): RangeSource[] {
  const claims = inventory.providers.flatMap(({ networks }) => networks.flatMap((claim) => sourceOf(claim) ?? []));
  return [...claims, ...avoidedSources(inventory)];
}

/** Whom mirrors avoid must be known, too. */
function avoidedSources(inventory: Inventory): (RangeSource & { readonly kind: "asn" | "country" })[] {
  const avoided = inventory.providers.flatMap(({ mirrors }) => mirrors.map(({ avoid }) => avoid));
  const asns = [...new Set(avoided.flatMap((each) => each.asns))];
  const countries = [...new Set(avoided.flatMap((each) => each.countries))];
  return [
    ...(asns.length > 0 ? [{ kind: "asn", asns } as const] : []),
    ...(countries.length > 0 ? [{ kind: "country", countries } as const] : []),
  ];
}

function sourceOf(claim: NetworkClaim): RangeSource | undefined {
  return claim.kind === "prefixes" ? undefined : claim;
}

function placeOf(provider: Provider, region: string): Coordinates | undefined {
  const found = provider.cloud === "external" ? undefined : findRegion(provider.cloud, region);
  return found && { latitude: found.latitude, longitude: found.longitude };
}

function originId({ origin }: Inventory): string {
  return `${origin.provider}/${origin.mirror}`;
}

function tableMirrors(inventory: Inventory, facts: DeployedFacts): TableMirror[] {
  const origin = originId(inventory);
  const mirrors = inventory.providers.flatMap((provider) => {
    const endpoints = endpointsOf(provider, facts[provider.key]);
    const primary = provider.cloud === "external" ? undefined : provider.primary;
    return provider.mirrors.map((mirror): TableMirror => {
      const place = "region" in mirror ? placeOf(provider, mirror.region) : mirror.place;
      const id = `${provider.key}/${mirror.key}`;
      return {
        id,
        provider: provider.key,
        state: mirror.state,
        weight: mirror.weight,
        // The origin is the source of truth: it has what there is, and may say so.
        complete: mirror.complete || id === origin,
        trusted: mirror.trusted || id === origin,
        primary: mirror.key === primary,
        ...("region" in mirror && { region: mirror.region }),
        ...(place && { place }),
        ...("serves" in mirror && mirror.serves.length > 0 && { serves: mirror.serves }),
        ...endpoints.get(mirror.key),
      };
    });
  });
  return mirrors.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What one layer of the prefix table says of a prefix. */
type Known = Pick<Network, "provider" | "region" | "asn" | "country">;

/** A layer in the making: prefixes, and what is said of each. The first to speak of a prefix is right. */
class Layer {
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

/** A region as its cloud spells it, where the cloud is known: Azure's ranges shorten some. */
function canonicalRegion(cloud: Cloud | "external", region: string): string {
  return cloud === "external" ? region : (findRegion(cloud, region)?.region ?? region);
}

/** What a prefix that a provider claims says; a feed of another cloud names that cloud's regions, not the provider's. */
function claimed(provider: Provider, { region, country }: Pick<RangeEntry, "region" | "country">): Known {
  return {
    provider: provider.key,
    ...(region !== undefined && { region: canonicalRegion(provider.cloud, region) }),
    ...(country !== undefined && { country }),
  };
}

/** Prefixes that the inventory itself names come first: who writes them knows better than a published list. */
const claimOrder: readonly NetworkClaim["kind"][] = ["prefixes", "feed", "geofeed", "cidr-list", "asn", "country"];

function entriesOf(claim: NetworkClaim, ranges: string): readonly RangeEntry[] {
  if (claim.kind === "prefixes") {
    return claim.prefixes.map((prefix) => ({ prefix, ...(claim.region !== undefined && { region: claim.region }) }));
  }
  return readRanges(ranges, claim).entries;
}

/** The layers, in the order in which they are asked: whose prefix is it; which ASN's; which country's. */
function networkLayers(inventory: Inventory, ranges: string): readonly [Layer, Layer, Layer] {
  const layers = [new Layer(), new Layer(), new Layer()] as const;
  const [prefixes, asns, countries] = layers;
  const claims = inventory.providers.flatMap((provider) => provider.networks.map((claim) => ({ provider, claim })));
  for (const kind of claimOrder) {
    for (const { provider, claim } of claims.filter((each) => each.claim.kind === kind)) {
      for (const entry of entriesOf(claim, ranges)) {
        if (kind === "asn") asns.add(entry.prefix, { provider: provider.key, asn: entry.asn ?? 0 });
        else if (kind === "country")
          countries.add(entry.prefix, { provider: provider.key, country: entry.country ?? "" });
        else prefixes.add(entry.prefix, claimed(provider, entry));
      }
    }
  }
  for (const source of avoidedSources(inventory)) {
    for (const { prefix, asn, country } of readRanges(ranges, source).entries) {
      if (source.kind === "asn") asns.add(prefix, { asn: asn ?? 0 });
      else countries.add(prefix, { country: country ?? "" });
    }
  }
  return layers;
}

/** A mirror, and whom it avoids. */
interface Avoiding {
  readonly id: string;
  readonly avoid: Avoided;
}

function avoiding(inventory: Inventory): Avoiding[] {
  return inventory.providers.flatMap(({ key: provider, mirrors }) =>
    mirrors.map(({ key, avoid }) => ({ id: `${provider}/${key}`, avoid })),
  );
}

/**
 * A layer for each list of prefixes that some mirror avoids: within one layer the longest prefix would hide the others,
 * and one mirror's short prefix must hold in spite of another's longer one.
 */
function avoidedPrefixes(mirrors: readonly Avoiding[]): { readonly prefixes: PrefixValue[]; readonly ids: string[] }[] {
  const lists = new Map<string, { prefixes: PrefixValue[]; ids: string[] }>();
  for (const { id, avoid } of mirrors.filter(({ avoid }) => avoid.prefixes.length > 0)) {
    const name = avoid.prefixes.join();
    const list = lists.get(name) ?? { prefixes: avoid.prefixes.map((prefix) => ({ prefix, value: 0 })), ids: [] };
    list.ids.push(id);
    lists.set(name, list);
  }
  return [...lists.values()];
}

/** What an address's combination of answers stands for. */
class Combinations {
  readonly layers: readonly (readonly PrefixValue[])[];
  readonly #known: readonly Layer[];
  readonly #mirrors: readonly Avoiding[];
  readonly #avoided: readonly { readonly ids: readonly string[] }[];

  constructor(
    private readonly inventory: Inventory,
    ranges: string,
  ) {
    this.#known = networkLayers(inventory, ranges);
    this.#mirrors = avoiding(inventory);
    const avoided = avoidedPrefixes(this.#mirrors);
    this.#avoided = avoided;
    this.layers = [...this.#known.map((layer) => layer.entries()), ...avoided.map(({ prefixes }) => prefixes)];
  }

  /** What the layers together know of an address: the provider is the first layer's that knows one. */
  network(combination: readonly number[]): Network {
    const known = this.#known.map((layer, index) => layer.known[combination[index] ?? -1] ?? {});
    const all: Known = Object.assign({}, ...known.reverse());
    const provider = this.inventory.providers.find(({ key }) => key === all.provider);
    const region = provider && all.region !== undefined ? placeOf(provider, all.region) : undefined;
    const place = region ?? (all.country === undefined ? undefined : countryPlace(all.country));
    const avoidedBy = this.#avoidedBy(all, combination.slice(this.#known.length));
    return { ...all, ...(place && { place }), ...(avoidedBy.length > 0 && { avoidedBy }) };
  }

  #avoidedBy({ asn, country }: Known, lists: readonly number[]): string[] {
    const byPrefix = new Set(lists.flatMap((value, index) => (value < 0 ? [] : (this.#avoided[index]?.ids ?? []))));
    return this.#mirrors
      .filter(
        ({ id, avoid }) =>
          byPrefix.has(id) ||
          (asn !== undefined && avoid.asns.includes(asn)) ||
          (country !== undefined && avoid.countries.includes(country)),
      )
      .map(({ id }) => id);
  }
}

function countryPlace(code: string): Coordinates | undefined {
  const country = findCountry(code);
  return country && { latitude: country.latitude, longitude: country.longitude };
}

function creditOf({ credits }: Provider, used: ProviderFacts["used"]): Credit | undefined {
  if (credits === undefined) return undefined;
  const { monthly, until } = credits;
  // Subtracted first: 1 - 0.7 is a little more than 0.3, and would be a tenth more.
  return used === undefined
    ? { until }
    : { until, month: used.month, left: Math.max(0, monthly - used.amount) / monthly };
}

function creditsOf(inventory: Inventory, facts: DeployedFacts): Record<string, Credit> {
  const entries = inventory.providers.map((provider) => [provider.key, creditOf(provider, facts[provider.key]?.used)]);
  return Object.fromEntries(entries.filter(([, credit]) => credit !== undefined));
}

/** The snapshots that were read, by name, each with its day. */
function rangeDays(inventory: Inventory, ranges: string): RoutingTableContent["ranges"] {
  return distinctSources(rangeSources(inventory)).map((source) => ({
    name: sourceName(source),
    asOf: readRanges(ranges, source).asOf,
  }));
}

/**
 * The routing table of an inventory, as bytes: the same inputs give the same bytes.
 *
 * @param facts what the clouds told after a deployment; a mirror whose address is one of them is no candidate without
 * @param ranges the directory of the published ranges' snapshots
 * @param issued when the inputs last changed: the table's place in the order of tables. @default 1970: before all others
 * @throws RangesUnreadable where ranges that the inventory names are not in the directory, or are damaged
 */
export function compileRoutingTable(
  inventory: Inventory,
  facts: DeployedFacts,
  ranges: string,
  issued: Date = new Date(0),
): Uint8Array {
  const known = new Combinations(inventory, ranges);
  const { bytes, combinations } = compilePrefixTable(known.layers);
  const { project, redirector, hosts } = inventory;
  const content: RoutingTableContent = {
    project: project.name,
    issued: issued.toISOString(),
    prefixes: known.layers.reduce((sum, layer) => sum + layer.length, 0),
    ranges: rangeDays(inventory, ranges),
    status: redirector.status,
    pages: { info: project.info, privacy: project.privacy },
    hosts,
    mirrors: tableMirrors(inventory, facts),
    origin: originId(inventory),
    credits: creditsOf(inventory, facts),
    ...(redirector.canary && { canary: redirector.canary }),
    networks: combinations.map((combination) => known.network(combination)),
  };
  return encodeRoutingTable(content, bytes);
}
