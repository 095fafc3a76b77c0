import { LoggingProjectBucketConfig } from "@cdktf/provider-google/lib/logging-project-bucket-config";
import { LoggingProjectSink } from "@cdktf/provider-google/lib/logging-project-sink";
import { ProjectIamAuditConfig } from "@cdktf/provider-google/lib/project-iam-audit-config";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { auditLogDays } from "./audit-log-days";

/** Properties of `GoogleAuditLog`. */
export interface GoogleAuditLogProps {
  /** The name of the log bucket and of the sink: at most 100 characters (Cloud Logging, "Quotas and limits"). */
  readonly name: string;
  /** The project's id. */
  readonly project: string;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/** The services whose writes to data are logged. Google always logs changes of resources. */
const auditedServices = ["artifactregistry.googleapis.com", "storage.googleapis.com"];

/**
 * Who changed what in the project: changes of resources, and writes of images and objects. Reads are not logged: anonymous downloads are what
 * mirrors are for. Without a log bucket of their own, logs of data would be kept for 30 days.
 */
export class GoogleAuditLog extends Capability {
  readonly capability = "audit-log" as const;

  constructor(scope: Construct, id: string, { name, project, services = [] }: GoogleAuditLogProps) {
    super(scope, id);
    for (const service of auditedServices) {
      new ProjectIamAuditConfig(this, service, {
        project,
        service,
        auditLogConfig: [{ logType: "DATA_WRITE" }],
        dependsOn: [...services],
      });
    }
    const bucket = new LoggingProjectBucketConfig(this, "bucket", {
      project,
      location: "global",
      bucketId: name,
      retentionDays: auditLogDays,
      lifecycle: { preventDestroy: true },
      dependsOn: [...services],
    });
    // A sink to a log bucket of its own project needs no grant (Cloud Logging, "Set destination permissions").
    new LoggingProjectSink(this, "sink", {
      project,
      name,
      destination: `logging.googleapis.com/${bucket.id}`,
      filter: 'log_id("cloudaudit.googleapis.com/activity") OR log_id("cloudaudit.googleapis.com/data_access")',
      uniqueWriterIdentity: true,
    });
  }
}
