import type { DeployedFacts, ProviderFacts } from "../facts/deployed-facts";
import type { Coordinates } from "../inventory/coordinates";
import { findCountry } from "../inventory/country";
import type { Avoided, Inventory, Provider } from "../inventory/inventory";
import { findRegion } from "../inventory/region";
import { compilePrefixTable, type PrefixValue } from "../networks/prefix-table";
import { readRanges } from "../networks/range-snapshot";
import { mergeSources, sourceName } from "../networks/range-source";
import { requireLimits } from "./claim-conflicts";
import type { Credit } from "./credit";
import { endpointsOf } from "./endpoints";
import { type Known, type Layer, networkLayers, rangeSources, readingFrom } from "./network-layers";
import { encodeRoutingTable, type Network, type RoutingTableContent, type TableMirror } from "./routing-table";

export { rangeSources } from "./network-layers";

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
        // The origin is the source of truth: it is complete by definition.
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

/** A mirror and the networks it avoids. */
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

/** The network for a combination of layer results. */
class Combinations {
  readonly layers: readonly (readonly PrefixValue[])[];
  readonly #inventory: Inventory;
  readonly #known: readonly Layer[];
  readonly #mirrors: readonly Avoiding[];
  readonly #avoided: readonly { readonly ids: readonly string[] }[];

  constructor(inventory: Inventory, ranges: string) {
    this.#inventory = inventory;
    const read = readingFrom(ranges);
    requireLimits(inventory, read);
    const { feeds, prefixes, asns, countries } = networkLayers(inventory, read);
    this.#known = [feeds, prefixes, asns, countries];
    this.#mirrors = avoiding(inventory);
    const avoided = avoidedPrefixes(this.#mirrors);
    this.#avoided = avoided;
    this.layers = [...this.#known.map((layer) => layer.entries()), ...avoided.map(({ prefixes }) => prefixes)];
  }

  /**
   * Combines the layers' answers for an address. The provider comes from the first layer that has one. Only one layer of
   * prefixes counts: a donor's list must not be mixed with a cloud's feed for an address in that feed.
   */
  network(combination: readonly number[]): Network {
    const [feed, prefix, asn, country] = this.#known.map((layer, index) => layer.known[combination[index] ?? -1]);
    const all: Known = { ...country, ...asn, ...(feed ?? prefix) };
    const provider = this.#inventory.providers.find(({ key }) => key === all.provider);
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
  // Subtracted first: 1 - 0.7 exceeds 0.3 slightly and would round up.
  return used === undefined
    ? { until }
    : { until, month: used.month, left: Math.max(0, monthly - used.amount) / monthly };
}

function creditsOf(inventory: Inventory, facts: DeployedFacts): Record<string, Credit> {
  const entries = inventory.providers.map((provider) => [provider.key, creditOf(provider, facts[provider.key]?.used)]);
  return Object.fromEntries(entries.filter(([, credit]) => credit !== undefined));
}

/** The snapshots used, with their dates. */
function rangeDays(inventory: Inventory, ranges: string): RoutingTableContent["ranges"] {
  return mergeSources(rangeSources(inventory)).map((source) => ({
    name: sourceName(source),
    asOf: readRanges(ranges, source).asOf,
  }));
}

/**
 * The routing table of an inventory, as bytes: the same inputs give the same bytes.
 *
 * @param facts facts known only after a deployment; a mirror whose address depends on a fact is ineligible without it
 * @param ranges the directory of the published ranges' snapshots
 * @param issued when the inputs last changed: the table's place in the order of tables. @default 1970: before all others
 * @throws RangesUnreadable if ranges that the inventory names are missing or damaged
 * @throws ClaimsTooLarge if an external provider claims more than it may
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
