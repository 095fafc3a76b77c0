import { z } from "zod";
import { policySchema } from "./policy-schema";

/**
 * `policy.schema.json`, with which editors complete and check `policy.yaml`: JSON Schema draft 7, which editors support best. It only
 * checks single values; `mirrorform promote validate` also checks their combinations.
 */
export function createPolicyJsonSchema(): object {
  return z.toJSONSchema(policySchema, { target: "draft-7", io: "input" });
}
