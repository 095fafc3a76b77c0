import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { DnsRecord } from "../../constructs/dns/dns-record";
import { GoogleDns } from "../../constructs/dns/google";
import { GoogleFoundation } from "../../constructs/foundation/google";
import { GoogleStack, type GoogleStackProps } from "./google-stack";

/** Properties of `GoogleDnsStack`. */
export interface GoogleDnsStackProps extends GoogleStackProps {
  /** The records of the inventory's zone. */
  readonly records: readonly DnsRecord[];
}

/** The inventory's zone, published at one Google provider. */
export class GoogleDnsStack extends GoogleStack {
  constructor(scope: Construct, id: string, props: GoogleDnsStackProps) {
    super(scope, id, props);
    const { inventory, provider, records } = props;
    const { services } = new GoogleFoundation(this, "foundation", { services: ["dns.googleapis.com"] });
    const { zone, publishedAt, existing } = inventory.dns;
    const signed = publishedAt.length === 1;
    const dns = new GoogleDns(this, "dns", { zone, existing: existing?.[provider.key], signed, records, services });
    new TerraformOutput(this, "deployment", {
      description: "What all resources of the provider depend on.",
      value: { zone },
    });
    if (dns.nameServers === undefined) return;
    new TerraformOutput(this, "name-servers", {
      description: "The name servers for the zone's delegation.",
      value: dns.nameServers,
    });
  }
}
