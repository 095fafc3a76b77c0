import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { managedZoneName } from "../../constructs/dns/google";
import { GoogleFoundation } from "../../constructs/foundation/google";
import { GoogleRedirector } from "../../constructs/redirector/google";
import { bucketName, redirectorName } from "../../inventory/names";
import type { CarriedFile } from "../redirector-code";
import { GoogleStack, type GoogleStackProps } from "./google-stack";

/** What a `GoogleRedirectorStack` is made from. */
export interface GoogleRedirectorStackProps extends GoogleStackProps {
  /** The regions in which the redirector runs, at least one. */
  readonly regions: readonly string[];
  /** The container image, by digest. */
  readonly image: string;
  /** The compiled routing table. */
  readonly table: CarriedFile;
}

const redirectorServices = [
  "certificatemanager.googleapis.com",
  "compute.googleapis.com",
  "dns.googleapis.com",
  "iam.googleapis.com",
  "run.googleapis.com",
  "storage.googleapis.com",
];

/**
 * The redirector at one Google provider, in all its regions. Its outputs are deployed facts. Where the provider publishes
 * the zone, its DNS stack has to be applied before: the validation records go into that zone.
 */
export class GoogleRedirectorStack extends GoogleStack {
  constructor(scope: Construct, id: string, props: GoogleRedirectorStackProps) {
    super(scope, id, props);
    const { inventory, provider, regions, image, table } = props;
    const { project, hosts, dns } = inventory;
    const { services } = new GoogleFoundation(this, "foundation", { services: redirectorServices });
    const redirector = new GoogleRedirector(this, "redirector", {
      name: redirectorName(project.name, provider.key),
      regions,
      project: provider.project,
      image,
      table,
      tableBucket: bucketName(project.name, provider.key, "routing-table"),
      hosts: hosts.map(({ name }) => name),
      managedZone: dns.publishedAt.includes(provider.key)
        ? (dns.existing?.[provider.key] ?? managedZoneName(dns.zone))
        : undefined,
      services,
    });
    new TerraformOutput(this, "addresses", {
      description: "The load balancer's addresses: what the hosts must point to.",
      value: redirector.addresses,
    });
    new TerraformOutput(this, "validations", {
      description: "By host: the CNAME that proves the host to be ours.",
      value: redirector.validations,
    });
  }
}
