import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Waiver } from "./waiver";

const schema = z.array(
  z.strictObject({
    ids: z.array(z.string().regex(/^CKV2?_[A-Z]+_\d+$/)).min(1),
    resources: z.array(z.string().min(1)).min(1),
    reason: z.string().min(1),
  }),
);

/** Reads `security/waivers.yaml`. @throws Error if it has another shape */
export function readWaivers(): Waiver[] {
  const result = schema.safeParse(parse(readFileSync(join(__dirname, "waivers.yaml"), "utf8")));
  if (!result.success) throw new Error(`security/waivers.yaml: ${z.prettifyError(result.error)}`);
  return result.data;
}
