import { z } from "zod";
import { mirrorsSchema } from "./schema";

/**
 * `mirrors.schema.json`, with which editors complete and check `mirrors.yaml`: JSON Schema, draft 7, which is what
 * editors understand best. It knows single values; what several say together, only `mirrorform validate` knows.
 */
export function mirrorsJsonSchema(): object {
  return z.toJSONSchema(mirrorsSchema, { target: "draft-7", io: "input" });
}
