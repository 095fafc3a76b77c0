import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Rule } from "./rule";

const folder = join(__dirname, "rules");

const path = z.string().min(1);
const optional = z.boolean().optional();
const condition = z.union([
  z.strictObject({ path, optional, is: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1) }),
  z.strictObject({ path, optional, matches: z.string().min(1) }),
  z.strictObject({ path, absent: z.literal(true) }),
]);
const examples = z.array(z.looseObject({ type: z.string().optional() }));
const schema = z.strictObject({
  requires: z.string().min(1),
  reason: z.string().min(1),
  types: z.array(z.string()).min(1).optional(),
  when: z.array(condition).min(1).optional(),
  expect: z.array(condition).min(1),
  except: z.record(z.string(), z.string().min(1)).optional(),
  examples: z.strictObject({ good: examples.min(1), bad: examples.min(1) }),
});

/** Reads all files of `security/rules/`, in the order of their names. @throws Error if one is not a rule */
export function readRules(): Rule[] {
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const result = schema.safeParse(parse(readFileSync(join(folder, file), "utf8")));
      if (!result.success) throw new Error(`security/rules/${file}: ${z.prettifyError(result.error)}`);
      return { id: basename(file, ".yaml"), ...result.data } as Rule;
    });
}
