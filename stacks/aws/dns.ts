import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AwsDns } from "../../constructs/dns/aws";
import type { DnsRecord } from "../../constructs/dns/dns-record";
import { AwsStack, type AwsStackProps } from "./aws-stack";

/** Properties of `AwsDnsStack`. */
export interface AwsDnsStackProps extends AwsStackProps {
  /** The records of the inventory's zone. */
  readonly records: readonly DnsRecord[];
}

/** The inventory's zone, published at one AWS provider. */
export class AwsDnsStack extends AwsStack {
  constructor(scope: Construct, id: string, props: AwsDnsStackProps) {
    super(scope, id, props);
    const { inventory, provider, records } = props;
    const { zone, existing } = inventory.dns;
    const dns = new AwsDns(this, "dns", { zone, existing: existing?.[provider.key], records });
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
