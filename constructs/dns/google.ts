import { DnsManagedZone } from "@cdktf/provider-google/lib/dns-managed-zone";
import { DnsRecordSet, type DnsRecordSetConfig } from "@cdktf/provider-google/lib/dns-record-set";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { type DnsAnswer, type DnsRecord, locationOf } from "./dns-record";

/** Properties of `GoogleDns`. */
export interface GoogleDnsProps {
  /** The zone's name, without a final dot. */
  readonly zone: string;
  /** The name of an existing managed zone: records are added, and nothing else in it changes. @default a zone is created */
  readonly existing?: string | undefined;
  /** Whether Google signs the zone with DNSSEC: only if no other provider publishes it. */
  readonly signed: boolean;
  /** The zone's records, unique by name and type. */
  readonly records: readonly DnsRecord[];
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/**
 * The name of the managed zone of a DNS zone, by which other stacks of its project find it. It must begin with a letter,
 * which a domain need not, and has at most 63 characters (Cloud DNS API, ManagedZone).
 */
export function managedZoneName(zone: string): string {
  return `zone-${zone.replaceAll(".", "-")}`;
}

/**
 * A public managed zone with its records, or only the records. Cloud DNS keeps all answers to a name in one record set,
 * which takes either weights or locations, never both (Cloud DNS, "DNS routing policies").
 */
export class GoogleDns extends Capability {
  readonly capability = "dns" as const;
  /** The name servers of a zone created here, for the delegation. */
  readonly nameServers?: readonly string[];

  constructor(scope: Construct, id: string, props: GoogleDnsProps) {
    super(scope, id);
    const { existing, records, services = [] } = props;
    if (existing !== undefined) {
      for (const record of records) this.#createRecord(existing, record, services);
      return;
    }
    const zone = this.#createZone(props);
    for (const record of records) this.#createRecord(zone.name, record);
    this.nameServers = zone.nameServers;
  }

  #createZone({ zone: name, signed, services = [] }: GoogleDnsProps): DnsManagedZone {
    return new DnsManagedZone(this, "zone", {
      name: managedZoneName(name),
      dnsName: `${name}.`,
      description: "The names of the redirector and its hosts.",
      // With keys of their own, two providers would fail validation of each other's answers. Sharing keys between them
      // (RFC 8901, multi-signer DNSSEC) is beyond Terraform.
      dnssecConfig: { state: signed ? "on" : "off" },
      // A recreated zone has new name servers, so the delegation would break.
      lifecycle: { preventDestroy: true },
      dependsOn: [...services],
    });
  }

  #createRecord(managedZone: string, record: DnsRecord, services: readonly ITerraformDependable[] = []): void {
    new DnsRecordSet(this, `${record.name}-${record.type}`, {
      managedZone,
      name: `${record.name}.`,
      type: record.type,
      ttl: record.ttl,
      ...answersOf(record),
      ...(services.length > 0 && { dependsOn: [...services] }),
    });
  }
}

type Answers = Pick<DnsRecordSetConfig, "rrdatas" | "routingPolicy">;

function answersOf(record: DnsRecord): Answers {
  switch (record.choice) {
    case "only":
      return { rrdatas: record.answers.flatMap((answer) => rrdatas(record, answer)) };
    case "equal":
      return {
        routingPolicy: { wrr: record.answers.map((answer) => ({ weight: 1, rrdatas: rrdatas(record, answer) })) },
      };
    case "nearest":
      return { routingPolicy: { geo: groupByLocation(record) } };
  }
}

/** One item for each location: Cloud DNS refuses two of the same location (Cloud DNS API, `GeoPolicy`). */
function groupByLocation(record: DnsRecord): { location: string; rrdatas: string[] }[] {
  const locations = new Map<string, string[]>();
  for (const answer of record.answers) {
    const location = locationOf(record, answer).google;
    locations.set(location, [...(locations.get(location) ?? []), ...rrdatas(record, answer)]);
  }
  const crowded = [...locations].find(([, values]) => record.type === "CNAME" && values.length > 1);
  if (crowded !== undefined) {
    throw new Error(
      `${record.name} CNAME: several answers are near ${crowded[0]}, but a CNAME can only have one; keep one of them`,
    );
  }
  return [...locations].map(([location, values]) => ({ location, rrdatas: values }));
}

/** Names in a record's data end with a dot: without it they would be relative to the zone. */
function rrdatas({ type }: DnsRecord, { values }: DnsAnswer): string[] {
  return values.map((value) => (type === "CNAME" ? `${value}.` : value));
}
