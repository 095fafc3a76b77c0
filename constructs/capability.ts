import { Construct } from "constructs";

/** What a construct is for: the folder below `constructs/` in which its class is. */
export type CapabilityName =
  | "bucket"
  | "certificate"
  | "dns"
  | "foundation"
  | "load-balancer"
  | "redirector"
  | "registry"
  | "replication"
  | "routing-table";

/**
 * One capability at one cloud. Every resource stands below one, never directly below a stack: ids at depth one get no
 * hash, and two of them may silently become one (cdktf, `private/unique.ts`).
 */
export abstract class Capability extends Construct {
  abstract readonly capability: CapabilityName;
}
