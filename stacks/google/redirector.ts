import { type ITerraformDependable, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { GoogleCertificate } from "../../constructs/certificate/google";
import { managedZoneName } from "../../constructs/dns/google";
import { GoogleFoundation } from "../../constructs/foundation/google";
import { GoogleLoadBalancer } from "../../constructs/load-balancer/google";
import { GoogleRedirector } from "../../constructs/redirector/google";
import { GoogleRoutingTable } from "../../constructs/routing-table/google";
import { bucketName, redirectorName } from "../../inventory/names";
import { hasPromoter } from "../has-promoter";
import type { CarriedFile } from "../redirector-code";
import { GoogleStack, type GoogleStackProps } from "./google-stack";
import { promoterMember } from "./promoter-member";

/** Properties of `GoogleRedirectorStack`. */
export interface GoogleRedirectorStackProps extends GoogleStackProps {
  /** The regions in which the redirector runs, at least one, sorted. */
  readonly regions: readonly string[];
  /** The container image, by digest. */
  readonly image: string;
  /** The compiled routing table. */
  readonly table: CarriedFile;
}

type Services = readonly ITerraformDependable[];

/** The APIs that the redirector needs. */
const redirectorServices = [
  "certificatemanager.googleapis.com",
  "compute.googleapis.com",
  "dns.googleapis.com",
  "iam.googleapis.com",
  "run.googleapis.com",
  "storage.googleapis.com",
];

/**
 * The redirector at one Google provider, in all its regions. Its outputs are deployed facts. If the provider publishes the
 * zone, its DNS stack must be applied first: the validation records go into that zone.
 */
export class GoogleRedirectorStack extends GoogleStack {
  constructor(scope: Construct, id: string, props: GoogleRedirectorStackProps) {
    super(scope, id, props);
    const name = redirectorName(props.inventory.project.name, props.provider.key);
    const { services } = new GoogleFoundation(this, "foundation", { services: redirectorServices });
    const certificates = this.#createCertificates(props, services);
    const table = this.#createRoutingTable(props, services);
    const redirector = this.#createRedirector(name, props, table, services);
    const { addresses } = new GoogleLoadBalancer(this, "load-balancer", { name, redirector, certificates, services });
    new TerraformOutput(this, "addresses", {
      description: "The addresses that the hosts must point to.",
      value: addresses,
    });
    new TerraformOutput(this, "validations", {
      description: "By host: the CNAME record that validates its certificate.",
      value: Object.fromEntries(certificates.map(({ host, validation }) => [host, validation])),
    });
  }

  #createCertificates(props: GoogleRedirectorStackProps, services: Services): GoogleCertificate[] {
    const managedZone = validationZone(props);
    return props.inventory.hosts.map(
      ({ name: host }) => new GoogleCertificate(this, `certificate-${host}`, { host, managedZone, services }),
    );
  }

  #createRoutingTable(props: GoogleRedirectorStackProps, services: Services): GoogleRoutingTable {
    const { inventory, provider, table } = props;
    return new GoogleRoutingTable(this, "routing-table", {
      bucket: bucketName(inventory.project.name, provider.key, "routing-table"),
      table,
      services,
      promoter: hasPromoter(inventory) ? promoterMember(inventory, provider) : undefined,
    });
  }

  #createRedirector(
    name: string,
    props: GoogleRedirectorStackProps,
    table: GoogleRoutingTable,
    services: Services,
  ): GoogleRedirector {
    const { provider, regions, image } = props;
    return new GoogleRedirector(this, "redirector", {
      name,
      regions,
      project: provider.project,
      image,
      table,
      services,
    });
  }
}

/** The name of the project's managed zone, if the inventory's zone is published there. */
function validationZone({ inventory: { dns }, provider: { key } }: GoogleStackProps): string | undefined {
  if (!dns.publishedAt.includes(key)) return undefined;
  return dns.existing?.[key] ?? managedZoneName(dns.zone);
}
