import { CloudRunV2Service } from "@cdktf/provider-google/lib/cloud-run-v2-service";
import { LoggingProjectExclusion } from "@cdktf/provider-google/lib/logging-project-exclusion";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import type { GoogleRoutingTable } from "../routing-table/google";

/** What a `GoogleRedirector` is made from. */
export interface GoogleRedirectorProps {
  /** The name of the services and their account: at most 30 characters (IAM, "Create service accounts"). */
  readonly name: string;
  /** The regions in which it runs, at least one, sorted. */
  readonly regions: readonly string[];
  /** The project's id. */
  readonly project: string;
  /** The container image, by digest. */
  readonly image: string;
  /** Where a running instance finds new routing tables. */
  readonly table: GoogleRoutingTable;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/** Where the container sees the bucket of the routing table. */
const mountPath = "/routing";

/** registry.k8s.io's concurrency and number of instances (kubernetes/k8s.io, `modules/oci-proxy`). */
const concurrency = 800;
/** The one that is always there answers at once, and without it outlier detection has nothing to look at. */
const scaling = { minInstanceCount: 1, maxInstanceCount: 10 };

/** The redirector as a Cloud Run service in each of its regions. */
export class GoogleRedirector extends Capability {
  readonly capability = "redirector" as const;
  /** The Cloud Run services, by region. */
  readonly runServices: ReadonlyMap<string, CloudRunV2Service>;
  readonly #props: GoogleRedirectorProps;

  constructor(scope: Construct, id: string, props: GoogleRedirectorProps) {
    super(scope, id);
    this.#props = props;
    const account = this.#createAccount();
    const grant = this.#grantReadTable(account);
    this.runServices = new Map(props.regions.map((region) => [region, this.#createRunService(region, account, grant)]));
    this.#excludeRequestLog();
  }

  /** Without this Cloud Run would take the project's default account, which may change nearly everything in it. */
  #createAccount(): ServiceAccount {
    const { name, services = [] } = this.#props;
    return new ServiceAccount(this, "account", {
      accountId: name,
      displayName: "The redirector: reads its routing table, and nothing else",
      dependsOn: [...services],
    });
  }

  #grantReadTable({ member }: ServiceAccount): ITerraformDependable {
    return new StorageBucketIamMember(this, "read-table", {
      bucket: this.#props.table.bucket,
      role: "roles/storage.objectViewer",
      member,
    });
  }

  /** @param grant an instance that starts without it could not read the table */
  #createRunService(region: string, account: ServiceAccount, grant: ITerraformDependable): CloudRunV2Service {
    const { name, table } = this.#props;
    return new CloudRunV2Service(this, `service-${region}`, {
      name,
      location: region,
      // Past the load balancer nothing is limited, and X-Forwarded-For has another length.
      ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
      // It holds nothing: a region that the inventory no longer names may go.
      deletionProtection: false,
      template: {
        serviceAccount: account.email,
        scaling,
        maxInstanceRequestConcurrency: concurrency,
        timeout: "10s",
        // Buckets are mounted in the second generation only (Cloud Run, "Cloud Storage volume mounts").
        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
        volumes: [{ name: "routing", gcs: { bucket: table.bucket, readOnly: true } }],
        containers: [containerOf(this.#props)],
      },
      dependsOn: [grant],
    });
  }

  /** Cloud Run logs every request with the client's address (`httpRequest.remoteIp`): such entries are not kept. */
  #excludeRequestLog(): void {
    const { name } = this.#props;
    new LoggingProjectExclusion(this, "no-request-log", {
      name,
      description: "Entries with clients' addresses; the redirector logs its decisions without.",
      filter: `resource.type="cloud_run_revision" resource.labels.service_name="${name}" log_id("run.googleapis.com/requests")`,
    });
  }
}

function containerOf({ project, image, table }: GoogleRedirectorProps) {
  return {
    image,
    // Cloud Run gives the container PORT with this number.
    ports: { containerPort: 8080 },
    env: [
      // The image has a table to begin with; this is where newer ones are.
      { name: "MIRRORFORM_TABLE_SOURCE", value: `${mountPath}/${table.object}` },
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
    volumeMounts: [{ name: "routing", mountPath }],
  };
}
