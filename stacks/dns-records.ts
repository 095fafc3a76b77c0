import type { DnsAnswer, DnsRecord } from "../constructs/dns/dns-record";
import type { DeployedFacts, ProviderFacts } from "../facts/deployed-facts";
import { distanceKilometres } from "../inventory/coordinates";
import type { Inventory } from "../inventory/inventory";
import { redirectorZone } from "../inventory/names";
import { findRegion, regions } from "../inventory/region";

/** Seconds for which a host's records are kept: how long a change of carrier takes. */
const hostTtl = 300;
/** Seconds for which validation records are kept: they never change while a certificate lives. */
const validationTtl = 3600;

/** Google's regions that its page lists: those that a geolocation policy takes (Cloud DNS, "Geolocation policies"). */
const googleRegions = regions.filter(({ cloud, source }) => cloud === "google" && source.includes("regions-zones"));

/** An AWS region that runs the redirector, and the name that its API gave to a host. */
interface RegionalTarget {
  readonly region: string;
  readonly target: string;
}

/**
 * An answer for each AWS region, with the nearest Google region, none of them twice: a geolocation policy has one answer a
 * region, and takes only Google's own regions for places.
 *
 * @param targets in the order of their regions
 */
function placeAnswers(targets: readonly RegionalTarget[]): DnsAnswer[] {
  const taken = new Set<string>();
  return targets.map(({ region, target }) => {
    const google = nearestGoogleRegion(region, taken);
    taken.add(google);
    return { id: region, values: [target], near: { aws: region, google } };
  });
}

/** @throws Error for a region that AWS does not have, and where all of Google's are taken */
function nearestGoogleRegion(awsRegion: string, taken: ReadonlySet<string>): string {
  const from = findRegion("aws", awsRegion);
  if (!from) throw new Error(`AWS has no region ${awsRegion}`);
  const [nearest] = googleRegions
    .filter(({ region }) => !taken.has(region))
    .sort((a, b) => distanceKilometres(from, a) - distanceKilometres(from, b));
  if (!nearest) throw new Error("there are more AWS regions than Google regions");
  return nearest.region;
}

/** A provider's part of a host: the name that leads to its redirector, and the records behind that name. */
interface Carrier {
  readonly provider: string;
  readonly name: string;
  readonly records: readonly DnsRecord[];
}

function single(name: string, type: DnsRecord["type"], value: string, ttl = hostTtl): DnsRecord {
  return { name, type, ttl, choice: "only", answers: [{ id: "only", values: [value] }] };
}

/** One load balancer for all regions and hosts: two addresses behind one name. */
function addressCarrier(provider: string, zone: string, { addresses }: ProviderFacts): Carrier | undefined {
  if (!addresses) return undefined;
  const name = `${provider}.${redirectorZone(zone)}`;
  return { provider, name, records: [single(name, "A", addresses.ipv4), single(name, "AAAA", addresses.ipv6)] };
}

/** One API a region and host: the nearest of them behind one name a host. */
function targetCarrier(
  provider: string,
  zone: string,
  host: string,
  inRegions: readonly string[],
  { targets }: ProviderFacts,
): Carrier | undefined {
  const known = inRegions.flatMap((region): RegionalTarget[] => {
    const target = targets?.[region]?.[host];
    return target === undefined ? [] : [{ region, target }];
  });
  if (known.length === 0) return undefined;
  const name = `${host.slice(0, -(zone.length + 1))}.${provider}.${redirectorZone(zone)}`;
  return {
    provider,
    name,
    records: [{ name, type: "CNAME", ttl: hostTtl, choice: "nearest", answers: placeAnswers(known) }],
  };
}

function carriersOf(inventory: Inventory, facts: DeployedFacts, host: string): Carrier[] {
  const { zone } = inventory.dns;
  return inventory.redirector.runsAt.flatMap(({ provider, regions: inRegions }) => {
    const known = facts[provider] ?? {};
    return addressCarrier(provider, zone, known) ?? targetCarrier(provider, zone, host, inRegions, known) ?? [];
  });
}

/**
 * A host leads to every provider that runs the redirector, to each as often as to the others. Also where there is one
 * yet: Route 53 takes no weighted record beside a simple one, so that a second could not be added later
 * (terraform-provider-aws#1852).
 */
function hostRecord(name: string, carriers: readonly Carrier[]): DnsRecord[] {
  if (carriers.length === 0) return [];
  const answers = carriers.map((carrier) => ({ id: carrier.provider, values: [carrier.name] }));
  return [{ name, type: "CNAME", ttl: hostTtl, choice: "equal", answers }];
}

function validationRecords(facts: DeployedFacts, publishedAt: string): DnsRecord[] {
  return Object.entries(facts)
    .filter(([provider]) => provider !== publishedAt)
    .flatMap(([, { validations = {} }]) => Object.values(validations))
    .map(({ name, value }) => single(name, "CNAME", value, validationTtl));
}

/**
 * The zone's records, sorted, as far as deployed facts tell them: every host with its carriers, and what proves to
 * certificate authorities that the hosts are ours. The same wherever the zone is published, but that a provider's own
 * redirector stack writes the proofs it needs itself, so that no stack waits for another cloud.
 *
 * @param publishedAt the provider at which these records are published
 */
export function dnsRecords(inventory: Inventory, facts: DeployedFacts, publishedAt: string): DnsRecord[] {
  const hosts = inventory.hosts.flatMap(({ name }) => {
    const carriers = carriersOf(inventory, facts, name);
    return [...hostRecord(name, carriers), ...carriers.flatMap(({ records }) => records)];
  });
  const distinct = new Map<string, DnsRecord>();
  for (const record of [...hosts, ...validationRecords(facts, publishedAt)]) {
    distinct.set(`${record.name} ${record.type}`, record);
  }
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record);
}
