import { z } from "zod";
import { mirrorsSchema } from "./schema";

/**
 * `mirrors.schema.json`, with which editors complete and check `mirrors.yaml`: JSON Schema draft 7, which editors
 * support best. It only checks single values; `mirrorform validate` also checks their combinations.
 */
export function createMirrorsJsonSchema(): object {
  return z.toJSONSchema(mirrorsSchema, { target: "draft-7", io: "input" });
}
