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

/**
 * For each AWS region the nearest Google region, none of them twice: a geolocation policy has one answer a region, and
 * takes only Google's own regions for places.
 *
 * @throws Error for a region that AWS does not have
 */
export function nearestGoogleRegions(awsRegions: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const nearest = new Map<string, string>();
  for (const region of [...awsRegions].sort()) {
    const from = findRegion("aws", region);
    if (!from) throw new Error(`AWS has no region ${region}`);
    const [found] = googleRegions
      .filter((candidate) => !taken.has(candidate.region))
      .sort((a, b) => distanceKilometres(from, a) - distanceKilometres(from, b));
    if (!found) throw new Error("there are more AWS regions than Google regions");
    taken.add(found.region);
    nearest.set(region, found.region);
  }
  return nearest;
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
  const known = inRegions.filter((region) => targets?.[region]?.[host] !== undefined);
  if (known.length === 0) return undefined;
  const google = nearestGoogleRegions(known);
  const answers = known.map((region): DnsAnswer => {
    return {
      id: region,
      values: [targets?.[region]?.[host] ?? ""],
      near: { aws: region, google: google.get(region) ?? "" },
    };
  });
  const name = `${host.slice(0, -(zone.length + 1))}.${provider}.${redirectorZone(zone)}`;
  return { provider, name, records: [{ name, type: "CNAME", ttl: hostTtl, choice: "nearest", answers }] };
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
