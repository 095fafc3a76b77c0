import { Route53Record, type Route53RecordConfig } from "@cdktf/provider-aws/lib/route53-record";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { type DnsAnswer, type DnsRecord, locationOf } from "./dns-record";

/** Properties of `AwsDns`. */
export interface AwsDnsProps {
  /** The zone's name, without a final dot. */
  readonly zone: string;
  /** The id of an existing hosted zone: records are added, and nothing else in it changes. @default a zone is created */
  readonly existing?: string | undefined;
  /** The zone's records, unique by name and type. */
  readonly records: readonly DnsRecord[];
}

/** A public hosted zone with its records, or only the records. */
export class AwsDns extends Capability {
  readonly capability = "dns" as const;
  /** The name servers of a zone created here, for the delegation. */
  readonly nameServers?: readonly string[];

  constructor(scope: Construct, id: string, { zone: name, existing, records }: AwsDnsProps) {
    super(scope, id);
    if (existing !== undefined) {
      this.#createRecords(existing, records);
      return;
    }
    const { zoneId, nameServers } = this.#createZone(name);
    this.#createRecords(zoneId, records);
    this.nameServers = nameServers;
  }

  #createZone(name: string): Route53Zone {
    return new Route53Zone(this, "zone", {
      name,
      // A recreated zone has new name servers, so the delegation would break.
      lifecycle: { preventDestroy: true },
    });
  }

  #createRecords(zoneId: string, records: readonly DnsRecord[]): void {
    for (const record of records) {
      for (const answer of record.answers) this.#createRecord(zoneId, record, answer);
    }
  }

  #createRecord(zoneId: string, record: DnsRecord, answer: DnsAnswer): void {
    new Route53Record(this, answerKey(record, answer), {
      zoneId,
      name: record.name,
      type: record.type,
      ttl: record.ttl,
      records: [...answer.values],
      ...routingOf(record, answer),
    });
  }
}

function answerKey({ name, type, choice }: DnsRecord, { id }: DnsAnswer): string {
  return choice === "only" ? `${name}-${type}` : `${name}-${type}-${id}`;
}

type Routing = Pick<Route53RecordConfig, "setIdentifier" | "weightedRoutingPolicy" | "latencyRoutingPolicy">;

function routingOf(record: DnsRecord, answer: DnsAnswer): Routing {
  switch (record.choice) {
    case "only":
      return {};
    case "equal":
      return { setIdentifier: answer.id, weightedRoutingPolicy: { weight: 1 } };
    case "nearest":
      return { setIdentifier: answer.id, latencyRoutingPolicy: { region: locationOf(record, answer).aws } };
  }
}
