import { CloudRunV2Service } from "@cdktf/provider-google/lib/cloud-run-v2-service";
import { LoggingProjectExclusion } from "@cdktf/provider-google/lib/logging-project-exclusion";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import type { GoogleRoutingTable } from "../routing-table/google";
import { promotionPrefix } from "../routing-table/promotion-prefix";

/** Properties of `GoogleRedirector`. */
export interface GoogleRedirectorProps {
  /** The name of the services and their service account: at most 30 characters (IAM, "Create service accounts"). */
  readonly name: string;
  /** The regions in which it runs, at least one, sorted. */
  readonly regions: readonly string[];
  /** The project's id. */
  readonly project: string;
  /** The container image, by digest. */
  readonly image: string;
  /** The source of new routing tables for running instances. */
  readonly table: GoogleRoutingTable;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/** The path in the container at which the bucket of the routing table is mounted. */
const mountPath = "/routing";

/** The concurrency of registry.k8s.io (kubernetes/k8s.io, `modules/oci-proxy`). */
const concurrency = 800;
/**
 * The maximum of registry.k8s.io. The minimum instance avoids cold starts, and gives outlier detection something to
 * observe.
 */
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

  /** Otherwise Cloud Run would use the project's default account, which may change nearly everything in the project. */
  #createAccount(): ServiceAccount {
    const { name, services = [] } = this.#props;
    return new ServiceAccount(this, "account", {
      accountId: name,
      displayName: "The redirector: reads its routing table, and nothing else",
      dependsOn: [...services],
    });
  }

  /**
   * Allows reading the routing table and the overlay, but neither the ledger nor the lease of promotion. Listing, which the mount needs, is a
   * right to the bucket and not to an object.
   */
  #grantReadTable({ member }: ServiceAccount): ITerraformDependable {
    const isOfPromotion = `resource.name.extract("/objects/{name}").startsWith("${promotionPrefix}")`;
    const isOverlay = `resource.name.extract("/objects/{name}").startsWith("${promotionPrefix}overlay.")`;
    const isDirectory = `resource.name.endsWith("/objects/${promotionPrefix}")`;
    return new StorageBucketIamMember(this, "read-table", {
      bucket: this.#props.table.bucket,
      role: "roles/storage.objectViewer",
      member,
      condition: {
        title: "without promotion's own objects",
        expression: `!${isOfPromotion} || ${isOverlay} || ${isDirectory}`,
      },
    });
  }

  /** @param grant without it, a starting instance could not read the table */
  #createRunService(region: string, account: ServiceAccount, grant: ITerraformDependable): CloudRunV2Service {
    const { name, table } = this.#props;
    return new CloudRunV2Service(this, `service-${region}`, {
      name,
      location: region,
      // Requests that bypass the load balancer would not be rate-limited, and their X-Forwarded-For has another length.
      ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
      // Anyone may call it, which with the ingress setting means anyone who comes through the load balancer. A grant to allUsers
      // would be refused under domain-restricted sharing, which organizations have by default since 2024-05-03 (Cloud Run,
      // "Disable the Cloud Run Invoker IAM check"; Resource Manager, "Restricting identities by domain").
      invokerIamDisabled: true,
      // It stores nothing, so a region that the inventory no longer names may be destroyed.
      deletionProtection: false,
      template: {
        serviceAccount: account.email,
        scaling,
        maxInstanceRequestConcurrency: concurrency,
        timeout: "10s",
        // Only the second generation can mount buckets (Cloud Run, "Cloud Storage volume mounts").
        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
        volumes: [{ name: "routing", gcs: { bucket: table.bucket, readOnly: true } }],
        containers: [containerOf(this.#props)],
      },
      dependsOn: [grant],
    });
  }

  /** Drops Cloud Run's own request log, because it contains client addresses (`httpRequest.remoteIp`). */
  #excludeRequestLog(): void {
    const { name } = this.#props;
    new LoggingProjectExclusion(this, "no-request-log", {
      name,
      description: "Request logs contain client addresses; the redirector logs its decisions without them.",
      filter: `resource.type="cloud_run_revision" resource.labels.service_name="${name}" log_id("run.googleapis.com/requests")`,
    });
  }
}

function containerOf({ project, image, table }: GoogleRedirectorProps) {
  return {
    image,
    // Cloud Run sets PORT to this number.
    ports: { containerPort: 8080 },
    env: [
      // The image contains a fallback table. Newer tables are here.
      { name: "MIRRORFORM_TABLE_SOURCE", value: `${mountPath}/${table.object}` },
      // An instance only has CPU while it handles requests (`cpuIdle`), so timers would not fire.
      { name: "MIRRORFORM_BACKGROUND", value: "requests" },
      { name: "MIRRORFORM_TRACE_PROJECT", value: project },
      // The load balancer appends the client's address and its own (Cloud Load Balancing, "X-Forwarded-For header").
      { name: "MIRRORFORM_CLIENT_ADDRESS", value: "forwarded:2" },
    ],
    resources: { limits: { cpu: "1", memory: "512Mi" }, cpuIdle: true, startupCpuBoost: true },
    // Not /-/ready, which is 503 until the origin is deployed: the service must start before that.
    startupProbe: { httpGet: { path: "/-/started" }, periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 30 },
    livenessProbe: { httpGet: { path: "/-/health" }, periodSeconds: 30, timeoutSeconds: 2 },
    volumeMounts: [{ name: "routing", mountPath }],
  };
}
