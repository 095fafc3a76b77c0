import type { Coordinates } from "../inventory/coordinates";
import type { DeployedFacts } from "../inventory/deployed-facts";
import type { Inventory, NetworkClaim, Provider } from "../inventory/inventory";
import { type Cloud, findRegion } from "../inventory/region";
import { compilePrefixTable, type PrefixValue } from "../networks/prefix-table";
import type { RangeEntry } from "../networks/range-entry";
import { readRanges } from "../networks/range-snapshot";
import type { RangeSource } from "../networks/range-source";
import { endpointsOf } from "./endpoints";
import { encodeRoutingTable, type Network, type TableMirror } from "./routing-table";

/** The published ranges that an inventory names, in the order of its providers. */
export function rangeSources(inventory: Inventory): RangeSource[] {
  return inventory.providers.flatMap(({ networks }) => networks.flatMap((claim) => sourceOf(claim) ?? []));
}

function sourceOf(claim: NetworkClaim): RangeSource | undefined {
  return claim.kind === "prefixes" ? undefined : claim;
}

function placeOf(provider: Provider, region: string): Coordinates | undefined {
  const found = provider.cloud === "external" ? undefined : findRegion(provider.cloud, region);
  return found && { latitude: found.latitude, longitude: found.longitude };
}

function tableMirrors(inventory: Inventory, facts: DeployedFacts): TableMirror[] {
  const mirrors = inventory.providers.flatMap((provider) => {
    const endpoints = endpointsOf(provider, facts[provider.key]);
    const primary = provider.cloud === "external" ? undefined : provider.primary;
    return provider.mirrors.map((mirror): TableMirror => {
      const place = "region" in mirror ? placeOf(provider, mirror.region) : undefined;
      return {
        id: `${provider.key}/${mirror.key}`,
        provider: provider.key,
        state: mirror.state,
        weight: mirror.weight,
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
function claimed(provider: Provider, { region }: Pick<RangeEntry, "region">): Known {
  return {
    provider: provider.key,
    ...(region !== undefined && { region: canonicalRegion(provider.cloud, region) }),
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
function layersOf(inventory: Inventory, ranges: string): readonly [Layer, Layer, Layer] {
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
  return layers;
}

/** What the layers together know of an address: the provider is the first layer's that knows one. */
function networkOf(inventory: Inventory, layers: readonly Layer[], combination: readonly number[]): Network {
  const known = combination.map((value, layer) => layers[layer]?.known[value] ?? {});
  const all: Known = Object.assign({}, ...known.reverse());
  const provider = inventory.providers.find(({ key }) => key === all.provider);
  const place = provider && all.region !== undefined ? placeOf(provider, all.region) : undefined;
  return { ...all, ...(place && { place }) };
}

/**
 * The routing table of an inventory, as bytes: the same inputs give the same bytes.
 *
 * @param facts what the clouds told after a deployment; a mirror whose address is one of them is no candidate without
 * @param ranges the directory of the published ranges' snapshots
 * @throws RangesUnreadable where ranges that the inventory names are not in the directory, or are damaged
 */
export function compileRoutingTable(inventory: Inventory, facts: DeployedFacts, ranges: string): Uint8Array {
  const layers = layersOf(inventory, ranges);
  const { bytes, combinations } = compilePrefixTable(layers.map((layer) => layer.entries()));
  const { project, redirector, hosts, origin } = inventory;
  const content = {
    status: redirector.status,
    pages: { info: project.info, privacy: project.privacy },
    hosts,
    mirrors: tableMirrors(inventory, facts),
    origin: `${origin.provider}/${origin.mirror}`,
    networks: combinations.map((combination) => networkOf(inventory, layers, combination)),
  };
  return encodeRoutingTable(content, bytes);
}
