import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AwsCertificate, type AwsZone } from "../../constructs/certificate/aws";
import { AwsLoadBalancer } from "../../constructs/load-balancer/aws";
import { AwsRedirector } from "../../constructs/redirector/aws";
import { AwsRoutingTable } from "../../constructs/routing-table/aws";
import { bucketName, promoterName, redirectorName } from "../../inventory/names";
import { hasPromoter } from "../has-promoter";
import type { RedirectorCode } from "../redirector-code";
import { AwsStack, type AwsStackProps } from "./aws-stack";

/** Properties of `AwsRedirectorStack`. */
export interface AwsRedirectorStackProps extends AwsStackProps {
  /** The regions in which the redirector runs, at least one, sorted. */
  readonly regions: readonly string[];
  /** The functions' code and the table that they read. */
  readonly code: RedirectorCode;
}

/** The redirector at one AWS provider, in all its regions, with its certificates. Its outputs are deployed facts. */
export class AwsRedirectorStack extends AwsStack {
  constructor(scope: Construct, id: string, props: AwsRedirectorStackProps) {
    super(scope, id, props);
    const name = redirectorName(props.inventory.project.name, props.provider.key);
    const certificates = this.#createCertificates(props);
    const table = this.#createRoutingTable(props);
    const redirector = this.#createRedirector(name, props, table);
    const { targets } = new AwsLoadBalancer(this, "load-balancer", { name, redirector, certificates });
    new TerraformOutput(this, "targets", {
      description: "By region and host: the name that the host must point to.",
      value: targets,
    });
    new TerraformOutput(this, "validations", {
      description: "By host: the CNAME record that validates its certificate.",
      value: Object.fromEntries(certificates.map(({ host, validation }) => [host, validation])),
    });
  }

  #createCertificates(props: AwsRedirectorStackProps): AwsCertificate[] {
    const { inventory, regions } = props;
    const zone = validationZone(props);
    return inventory.hosts.map(
      ({ name: host }) => new AwsCertificate(this, `certificate-${host}`, { host, regions, zone }),
    );
  }

  #createRoutingTable({ inventory, provider, code }: AwsRedirectorStackProps): AwsRoutingTable {
    return new AwsRoutingTable(this, "routing-table", {
      bucket: bucketName(inventory.project.name, provider.key, "routing-table"),
      region: provider.stateRegion,
      table: code.table,
      promoter: hasPromoter(inventory) ? promoterName(inventory.project.name, provider.key) : undefined,
    });
  }

  #createRedirector(name: string, props: AwsRedirectorStackProps, table: AwsRoutingTable): AwsRedirector {
    const { provider, regions, code } = props;
    return new AwsRedirector(this, "redirector", {
      name,
      regions,
      account: provider.account,
      code: code.lambda,
      table,
    });
  }
}

/** The account's hosted zone, if the inventory's zone is published there. */
function validationZone({ inventory: { dns }, provider: { key } }: AwsStackProps): AwsZone | undefined {
  if (!dns.publishedAt.includes(key)) return undefined;
  const id = dns.existing?.[key];
  return id === undefined ? { name: dns.zone } : { id };
}
