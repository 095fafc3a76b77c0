import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AwsCertificate } from "../../constructs/certificate/aws";
import { AwsRedirector } from "../../constructs/redirector/aws";
import { AwsRoutingTable } from "../../constructs/routing-table/aws";
import { bucketName, redirectorName } from "../../inventory/names";
import type { RedirectorCode } from "../redirector-code";
import { AwsStack, type AwsStackProps } from "./aws-stack";

/** What an `AwsRedirectorStack` is made from. */
export interface AwsRedirectorStackProps extends AwsStackProps {
  /** The regions in which the redirector runs, at least one. */
  readonly regions: readonly string[];
  readonly code: RedirectorCode;
}

/** The redirector at one AWS provider, in all its regions, with its certificates. Its outputs are deployed facts. */
export class AwsRedirectorStack extends AwsStack {
  constructor(scope: Construct, id: string, props: AwsRedirectorStackProps) {
    super(scope, id, props);
    const { inventory, provider, regions, code } = props;
    const { publishedAt, existing, zone: name } = inventory.dns;
    const existingId = existing?.[provider.key];
    const here = existingId === undefined ? { name } : { id: existingId };
    const zone = publishedAt.includes(provider.key) ? here : undefined;
    const certificates = inventory.hosts.map(
      ({ name: host }) => new AwsCertificate(this, `certificate-${host}`, { host, regions, zone }),
    );
    const table = new AwsRoutingTable(this, "routing-table", {
      bucket: bucketName(inventory.project.name, provider.key, "routing-table"),
      region: provider.stateRegion,
      table: code.table,
    });
    const redirectors = regions.map(
      (region) =>
        new AwsRedirector(this, `redirector-${region}`, {
          name: redirectorName(inventory.project.name, provider.key),
          region,
          account: provider.account,
          code: code.lambda,
          table,
          certificates,
        }),
    );
    new TerraformOutput(this, "targets", {
      description: "By region and host: the name that the host must point to.",
      value: Object.fromEntries(redirectors.map(({ region, targets }) => [region, targets])),
    });
    new TerraformOutput(this, "validations", {
      description: "By host: the CNAME that proves the host to be ours.",
      value: Object.fromEntries(certificates.map(({ host, validation }) => [host, validation])),
    });
  }
}
