import type { z } from "zod";
import type { DraftOf } from "../../document/draft";
import type { Rule } from "../../document/rule";
import type { policySchema } from "./policy-schema";

/** `policy.yaml` as written, without what the schema refused. */
export type PolicyDraft = DraftOf<z.input<typeof policySchema>>;

/** What the rules of the file need besides its content. */
export interface PolicyFileContext {
  /** The projects of the inventory and of the manifests. @default they are not known */
  readonly projects?: ReadonlySet<string>;
}

/** A rule of `policy.yaml` itself. */
export type PolicyFileRule = Rule<PolicyDraft, PolicyFileContext>;
