import { CloudRunV2Service } from "@cdktf/provider-google/lib/cloud-run-v2-service";
import { CloudRunV2ServiceIamMember } from "@cdktf/provider-google/lib/cloud-run-v2-service-iam-member";
import { ComputeRegionNetworkEndpointGroup } from "@cdktf/provider-google/lib/compute-region-network-endpoint-group";
import { LoggingProjectExclusion } from "@cdktf/provider-google/lib/logging-project-exclusion";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { ProviderFacts } from "../../facts/deployed-facts";
import { Capability } from "../capability";
import { GoogleCertificates } from "../certificate/google";
import { GoogleLoadBalancer } from "../load-balancer/google";
import { GoogleRoutingTable } from "../routing-table/google";

/** What a `GoogleRedirector` is made from. */
export interface GoogleRedirectorProps {
  /** Prefix of every name: at most 30 characters, as the id of a service account (IAM, "Create service accounts"). */
  readonly name: string;
  /** The regions in which it runs, at least one, sorted. */
  readonly regions: readonly string[];
  /** The project's id. */
  readonly project: string;
  /** The container image, by digest. */
  readonly image: string;
  /** The compiled routing table, with the SHA-256 of its bytes in hexadecimal. */
  readonly table: { readonly path: string; readonly sha256: string };
  /** The name of the bucket that the table is put in, unique in the world. */
  readonly tableBucket: string;
  /** The names under which it answers, without final dots. */
  readonly hosts: readonly string[];
  /** The managed zone of this project that gets the validation records. @default none: the zone is published elsewhere */
  readonly managedZone?: string | undefined;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/** Where the container sees the bucket of the routing table. */
const MOUNTED_AT = "/routing";

/** registry.k8s.io's concurrency and number of instances (kubernetes/k8s.io, `modules/oci-proxy`). */
const CONCURRENCY = 800;
/** The one that is always there answers at once, and without it outlier detection has nothing to look at. */
const INSTANCES = { minInstanceCount: 1, maxInstanceCount: 10 };

/** The redirector in several regions behind one load balancer, which sends a client to the nearest. */
export class GoogleRedirector extends Capability {
  readonly capability = "redirector" as const;
  readonly addresses: NonNullable<ProviderFacts["addresses"]>;
  readonly validations: NonNullable<ProviderFacts["validations"]>;

  constructor(scope: Construct, id: string, props: GoogleRedirectorProps) {
    super(scope, id);
    const { name, regions, table, tableBucket, hosts, managedZone, services = [] } = props;
    const account = this.account(name, services);
    const routing = new GoogleRoutingTable(this, "routing-table", {
      bucket: tableBucket,
      table,
      reader: account.member,
      services,
    });
    const certificates = new GoogleCertificates(this, "certificates", { name, hosts, managedZone, services });
    const groups = regions.map((region) => this.reached(region, props, this.run(region, props, account, routing)));
    const balancer = new GoogleLoadBalancer(this, "load-balancer", {
      name,
      groups,
      certificateMap: certificates.map,
      services,
    });
    this.withoutRequestLog(name);
    this.addresses = balancer.addresses;
    this.validations = certificates.validations;
  }

  /** Without this Cloud Run would take the project's default account, which may change nearly everything in it. */
  private account(name: string, services: readonly ITerraformDependable[]): ServiceAccount {
    return new ServiceAccount(this, "account", {
      accountId: name,
      displayName: "The redirector: reads its routing table, and nothing else",
      dependsOn: [...services],
    });
  }

  /** Cloud Run logs every request with the client's address (`httpRequest.remoteIp`): such entries are not kept. */
  private withoutRequestLog(name: string): void {
    new LoggingProjectExclusion(this, "no-request-log", {
      name,
      description: "Entries with clients' addresses; the redirector logs its decisions without.",
      filter: `resource.type="cloud_run_revision" resource.labels.service_name="${name}" log_id("run.googleapis.com/requests")`,
    });
  }

  private run(
    region: string,
    { name, project, image }: GoogleRedirectorProps,
    account: ServiceAccount,
    routing: GoogleRoutingTable,
  ): CloudRunV2Service {
    return new CloudRunV2Service(this, `service-${region}`, {
      name,
      location: region,
      // Past the load balancer nothing is limited, and X-Forwarded-For has another length.
      ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
      // It holds nothing: a region that the inventory no longer names may go.
      deletionProtection: false,
      template: {
        serviceAccount: account.email,
        scaling: INSTANCES,
        maxInstanceRequestConcurrency: CONCURRENCY,
        timeout: "10s",
        // Buckets are mounted in the second generation only (Cloud Run, "Cloud Storage volume mounts").
        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
        volumes: [{ name: "routing", gcs: { bucket: routing.bucket, readOnly: true } }],
        containers: [this.container(project, image, routing)],
      },
      dependsOn: [routing.reading],
    });
  }

  private container(project: string, image: string, { object }: GoogleRoutingTable) {
    return {
      image,
      // Cloud Run gives the container PORT with this number.
      ports: { containerPort: 8080 },
      env: [
        // The image has a table to begin with; this is where newer ones are.
        { name: "MIRRORFORM_TABLE_SOURCE", value: `${MOUNTED_AT}/${object}` },
        // An instance has a processor while it answers requests only (`cpuIdle`), so that timers would not go off.
        { name: "MIRRORFORM_BACKGROUND", value: "requests" },
        { name: "MIRRORFORM_TRACE_PROJECT", value: project },
        // The load balancer appends the client's address and its own (Cloud Load Balancing, "X-Forwarded-For header").
        { name: "MIRRORFORM_CLIENT_ADDRESS", value: "forwarded:2" },
      ],
      resources: { limits: { cpu: "1", memory: "512Mi" }, cpuIdle: true, startupCpuBoost: true },
      // Not /-/ready, which is 503 before the origin is deployed: the service must start even then.
      startupProbe: { httpGet: { path: "/-/started" }, periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 30 },
      livenessProbe: { httpGet: { path: "/-/health" }, periodSeconds: 30, timeoutSeconds: 2 },
      volumeMounts: [{ name: "routing", mountPath: MOUNTED_AT }],
    };
  }

  /** Anybody may call it, which with this ingress means: anybody through the load balancer. */
  private reached(region: string, { name }: GoogleRedirectorProps, service: CloudRunV2Service): string {
    new CloudRunV2ServiceIamMember(this, `invoker-${region}`, {
      name: service.name,
      location: region,
      role: "roles/run.invoker",
      member: "allUsers",
    });
    return new ComputeRegionNetworkEndpointGroup(this, `group-${region}`, {
      name: `${name}-${region}`,
      region,
      networkEndpointType: "SERVERLESS",
      cloudRun: { service: service.name },
      // A region that goes must leave the load balancer first: a group in use cannot be destroyed
      // (terraform-provider-google#20206).
      lifecycle: { createBeforeDestroy: true },
    }).id;
  }
}
