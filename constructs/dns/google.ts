import { DnsManagedZone } from "@cdktf/provider-google/lib/dns-managed-zone";
import { DnsRecordSet, type DnsRecordSetConfig } from "@cdktf/provider-google/lib/dns-record-set";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { type DnsAnswer, type DnsRecord, placeOf } from "./dns-record";

/** What a `GoogleDns` is made from. */
export interface GoogleDnsProps {
  /** The zone's name, without a final dot. */
  readonly zone: string;
  /** The name of an existing managed zone: the records are added, and nothing else in it changes. @default a zone is created */
  readonly existing?: string | undefined;
  /** Whether Google signs the zone: only where nobody else publishes it. */
  readonly signed: boolean;
  /** The zone's records, no two of one name and type. */
  readonly records: readonly DnsRecord[];
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/**
 * The name of a zone's managed zone, by which other stacks of its project find it. It must begin with a letter, which a
 * domain need not, and has 63 characters at the most (Cloud DNS API, ManagedZone).
 */
export function managedZoneName(zone: string): string {
  return `zone-${zone.replaceAll(".", "-")}`;
}

/**
 * A public managed zone with its records. Cloud DNS keeps a name's answers in one record set, whatever the choice among
 * them, and takes either weights or places for it, never both (Cloud DNS, "DNS routing policies").
 */
export class GoogleDns extends Capability {
  readonly capability = "dns" as const;
  /** The name servers of a zone created here, for the delegation. */
  readonly nameServers?: string[];

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
      description: "Where the mirrors' names lead.",
      // Two providers with keys of their own would fail validation for each other's answers; sharing keys between them
      // (RFC 8901, multi-signer DNSSEC) takes more than Terraform.
      dnssecConfig: { state: signed ? "on" : "off" },
      // A zone that is made anew has other name servers: the delegation would point to nobody.
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
      return { routingPolicy: { geo: byPlace(record) } };
  }
}

/** An item for each place: Cloud DNS refuses two of one place (Cloud DNS API, `GeoPolicy`). */
function byPlace(record: DnsRecord): { location: string; rrdatas: string[] }[] {
  const places = new Map<string, string[]>();
  for (const answer of record.answers) {
    const place = placeOf(record, answer).google;
    places.set(place, [...(places.get(place) ?? []), ...rrdatas(record, answer)]);
  }
  const crowded = [...places].find(([, values]) => record.type === "CNAME" && values.length > 1);
  if (crowded !== undefined) {
    throw new Error(
      `${record.name} CNAME: several answers are near ${crowded[0]}, and a CNAME has one; keep one of them there`,
    );
  }
  return [...places].map(([location, values]) => ({ location, rrdatas: values }));
}

/** Names end with a dot in a record's data: without it they would be below the zone. */
function rrdatas({ type }: DnsRecord, { values }: DnsAnswer): string[] {
  return values.map((value) => (type === "CNAME" ? `${value}.` : value));
}
