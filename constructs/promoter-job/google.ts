import { CloudRunV2Job } from "@cdktf/provider-google/lib/cloud-run-v2-job";
import { CloudRunV2JobIamMember } from "@cdktf/provider-google/lib/cloud-run-v2-job-iam-member";
import { CloudSchedulerJob } from "@cdktf/provider-google/lib/cloud-scheduler-job";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import type { GooglePromoter } from "../promoter/google";

/** Properties of `GooglePromoterJob`. */
export interface GooglePromoterJobProps {
  /** The job's name. */
  readonly name: string;
  /** The job's region. */
  readonly region: string;
  /** The project's id. */
  readonly project: string;
  /** The container image with the promoter, by digest. */
  readonly image: string;
  /** When it runs: five fields of cron, in UTC. */
  readonly schedule: string;
  /** The id of the service account that starts it: at most 30 characters. */
  readonly starter: string;
  /** The name of the bucket for the inventory and the manifests, globally unique. */
  readonly inputs: string;
  /** Whom the job runs as. */
  readonly promoter: GooglePromoter;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/** The working directory of the promoter's image. */
const mountPath = "/work";

/** A day, in seconds: many times longer than a release takes. */
const timeout = "86400s";

/** When mirrors are audited: once a night, in UTC. */
const auditSchedule = "43 2 * * *";

/** What one of the jobs does. */
interface Work {
  /** Of its resources; empty for the promotion. */
  readonly prefix: "" | "audit-";
  readonly name: string;
  readonly args: readonly string[];
  readonly schedule: string;
}

/**
 * The promoter as a job of Cloud Run, started by a schedule, and beside it a job that audits the mirrors every night. It reads the inventory and the manifests from a private bucket, to which
 * something outside copies what was merged: anyone who can write there can promote, and nobody can until you grant it.
 */
export class GooglePromoterJob extends Capability {
  readonly capability = "promoter-job" as const;
  readonly #props: GooglePromoterJobProps;

  constructor(scope: Construct, id: string, props: GooglePromoterJobProps) {
    super(scope, id);
    this.#props = props;
    const bucket = this.#createInputs();
    const grant = this.#grantRead(bucket);
    const starter = this.#createStarter();
    const { name, schedule } = props;
    const works: readonly Work[] = [
      { prefix: "", name, args: ["promote", "run"], schedule },
      { prefix: "audit-", name: `${name}-audit`, args: ["audit", "--publish"], schedule: auditSchedule },
    ];
    for (const work of works) {
      const job = this.#createJob(work, bucket, grant);
      this.#grantStart(work, job, starter);
      this.#createSchedule(work, job, starter);
    }
  }

  #createInputs(): StorageBucket {
    const { inputs, region, services = [] } = this.#props;
    return new StorageBucket(this, "inputs", {
      name: inputs,
      location: region,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      versioning: { enabled: true },
      lifecycleRule: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 30 } }],
      // A copy of what is in the repository.
      forceDestroy: true,
      dependsOn: [...services],
    });
  }

  #grantRead({ name: bucket }: StorageBucket): ITerraformDependable {
    const member = `serviceAccount:${this.#props.promoter.email}`;
    return new StorageBucketIamMember(this, "read", { bucket, role: "roles/storage.objectViewer", member });
  }

  /** @param grant without it, the job could not mount the bucket */
  #createJob(
    { prefix, name, args }: Work,
    { name: bucket }: StorageBucket,
    grant: ITerraformDependable,
  ): CloudRunV2Job {
    const { region, image, promoter } = this.#props;
    return new CloudRunV2Job(this, `${prefix}job`, {
      name,
      location: region,
      // It stores nothing.
      deletionProtection: false,
      template: {
        // Two runs do no harm, but the second would only wait.
        parallelism: 1,
        taskCount: 1,
        template: {
          serviceAccount: promoter.email,
          timeout,
          // The next run finishes what one has left.
          maxRetries: 0,
          // Only the second generation can mount buckets (Cloud Run, "Cloud Storage volume mounts").
          executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
          volumes: [{ name: "inputs", gcs: { bucket, readOnly: true } }],
          containers: [
            {
              image,
              args: [...args],
              resources: { limits: { cpu: "2", memory: "1Gi" } },
              volumeMounts: [{ name: "inputs", mountPath }],
            },
          ],
        },
      },
      dependsOn: [grant],
    });
  }

  #createSchedule({ prefix, name, schedule }: Work, job: CloudRunV2Job, starter: ServiceAccount): void {
    const { region, project } = this.#props;
    new CloudSchedulerJob(this, `${prefix}schedule`, {
      name,
      region,
      schedule,
      timeZone: "Etc/UTC",
      httpTarget: {
        httpMethod: "POST",
        uri: `https://run.googleapis.com/v2/projects/${project}/locations/${region}/jobs/${job.name}:run`,
        oauthToken: { serviceAccountEmail: starter.email },
      },
    });
  }

  /** Not the promoter: what may start the jobs need not be able to do what the jobs do. */
  #createStarter(): ServiceAccount {
    const { starter, services = [] } = this.#props;
    return new ServiceAccount(this, "starter", {
      accountId: starter,
      displayName: "Starts the promoter's jobs, and nothing else",
      dependsOn: [...services],
    });
  }

  #grantStart({ prefix }: Work, { name, location }: CloudRunV2Job, { member }: ServiceAccount): void {
    new CloudRunV2JobIamMember(this, `${prefix}start`, { name, location, role: "roles/run.invoker", member });
  }
}
