import type { DnsAnswer, DnsRecord } from "../constructs/dns/dns-record";
import type { DeployedFacts, ProviderFacts } from "../facts/deployed-facts";
import { distanceKilometres } from "../inventory/coordinates";
import type { Inventory } from "../inventory/inventory";
import { redirectorZone } from "../inventory/names";
import { findRegion, regions } from "../inventory/region";

/** TTL of a host's records, in seconds: how long a change of carrier takes. */
const hostTtl = 300;
/** TTL of validation records, in seconds: they never change during the life of a certificate. */
const validationTtl = 3600;

/** The Google regions that a geolocation policy accepts: those on Google's page (Cloud DNS, "Geolocation policies"). */
const googleRegions = regions.filter(({ cloud, source }) => cloud === "google" && source.includes("regions-zones"));

/** An AWS region that runs the redirector, and its API's name for a host. */
interface RegionalTarget {
  readonly region: string;
  readonly target: string;
}

/**
 * An answer for each AWS region with the nearest Google region, each used once: a geolocation policy has one answer per
 * region, and its only locations are Google's own regions.
 *
 * @param targets sorted by region
 */
function placeAnswers(targets: readonly RegionalTarget[]): DnsAnswer[] {
  const taken = new Set<string>();
  return targets.map(({ region, target }) => {
    const google = nearestGoogleRegion(region, taken);
    taken.add(google);
    return { id: region, values: [target], near: { aws: region, google } };
  });
}

/** @throws Error for an unknown AWS region, and if all Google regions are taken */
function nearestGoogleRegion(awsRegion: string, taken: ReadonlySet<string>): string {
  const from = findRegion("aws", awsRegion);
  if (!from) throw new Error(`AWS has no region ${awsRegion}`);
  const [nearest] = googleRegions
    .filter(({ region }) => !taken.has(region))
    .sort((a, b) => distanceKilometres(from, a) - distanceKilometres(from, b));
  if (!nearest) throw new Error("there are more AWS regions than Google regions");
  return nearest.region;
}

/** A provider's redirector: the name that hosts point to, and the records of that name. */
interface Carrier {
  readonly provider: string;
  readonly name: string;
  readonly records: readonly DnsRecord[];
}

function createRecord(name: string, type: DnsRecord["type"], value: string, ttl = hostTtl): DnsRecord {
  return { name, type, ttl, choice: "only", answers: [{ id: "only", values: [value] }] };
}

/** One load balancer for all regions and hosts: one name with two addresses. */
function addressCarrier(provider: string, zone: string, { addresses }: ProviderFacts): Carrier | undefined {
  if (!addresses) return undefined;
  const name = `${provider}.${redirectorZone(zone)}`;
  return {
    provider,
    name,
    records: [createRecord(name, "A", addresses.ipv4), createRecord(name, "AAAA", addresses.ipv6)],
  };
}

/** One API per region: one name per host, which resolves to the nearest API. */
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
 * A host points to every provider that runs the redirector, with equal weight, even if there is only one: Route 53 accepts
 * no weighted record next to a simple one, so a second could not be added later (terraform-provider-aws#1852).
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
    .map(({ name, value }) => createRecord(name, "CNAME", value, validationTtl));
}

/**
 * The zone's records, sorted, as far as they are known from deployed facts: every host with its carriers, and the records
 * that validate certificates. They are the same at every provider that publishes the zone, except that a provider's own
 * redirector stack writes the validation records of its certificates, so that no stack waits for another cloud.
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
