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

/**
 * The promoter as a job of Cloud Run, started by a schedule. It reads the inventory and the manifests from a private bucket, to which
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
    const job = this.#createJob(bucket, grant);
    this.#createSchedule(job);
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
  #createJob({ name: bucket }: StorageBucket, grant: ITerraformDependable): CloudRunV2Job {
    const { name, region, image, promoter } = this.#props;
    return new CloudRunV2Job(this, "job", {
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
              args: ["promote", "run"],
              resources: { limits: { cpu: "2", memory: "1Gi" } },
              volumeMounts: [{ name: "inputs", mountPath }],
            },
          ],
        },
      },
      dependsOn: [grant],
    });
  }

  #createSchedule(job: CloudRunV2Job): void {
    const { name, region, project, schedule } = this.#props;
    const starter = this.#createStarter(job);
    new CloudSchedulerJob(this, "schedule", {
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

  /** Not the promoter: what may start the job need not be able to do what the job does. */
  #createStarter({ name, location }: CloudRunV2Job): ServiceAccount {
    const { starter, services = [] } = this.#props;
    const account = new ServiceAccount(this, "starter", {
      accountId: starter,
      displayName: "Starts the promoter's job, and nothing else",
      dependsOn: [...services],
    });
    new CloudRunV2JobIamMember(this, "start", { name, location, role: "roles/run.invoker", member: account.member });
    return account;
  }
}
