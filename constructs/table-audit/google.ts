import { ProjectIamAuditConfig } from "@cdktf/provider-google/lib/project-iam-audit-config";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** Properties of `GoogleTableAudit`. */
export interface GoogleTableAuditProps {
  /** The project's id. */
  readonly project: string;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/**
 * A log of who writes objects in the project's buckets: routing tables, promotion's objects, artifacts. Cloud Audit Logs can only be set for
 * a service and a whole project. It contains no reads, so no addresses of clients (Cloud Storage, "Cloud Audit Logs": `DATA_WRITE`).
 */
export class GoogleTableAudit extends Capability {
  readonly capability = "table-audit" as const;

  constructor(scope: Construct, id: string, { project, services = [] }: GoogleTableAuditProps) {
    super(scope, id);
    new ProjectIamAuditConfig(this, "writes", {
      project,
      service: "storage.googleapis.com",
      auditLogConfig: [{ logType: "DATA_WRITE" }],
      dependsOn: [...services],
    });
  }
}
