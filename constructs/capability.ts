import { Construct } from "constructs";

/** The purpose of a construct: the name of its folder below `constructs/`. */
export type CapabilityName =
  | "audit-log"
  | "bucket"
  | "certificate"
  | "deployer"
  | "dns"
  | "foundation"
  | "identity-provider"
  | "image-repository"
  | "load-balancer"
  | "promoter"
  | "promoter-access"
  | "promoter-job"
  | "redirector"
  | "registry"
  | "replication"
  | "routing-table"
  | "staging"
  | "table-audit"
  | "state";

/**
 * One capability at one cloud. Every resource is inside one, never directly in a stack: ids at depth one get no hash, so
 * two of them could silently become one (cdktf, `private/unique.ts`).
 */
export abstract class Capability extends Construct {
  abstract readonly capability: CapabilityName;
}
