import type { SchemaFinding } from "../document/check-schema";
import type { Path, Target } from "../document/path";
import { schemaRules } from "./schema-rules";

/** Finds Terraform's `${…}` and `%{…}`, in keys and in values. */
export function findInterpolations(value: unknown, path: Path = []): SchemaFinding[] {
  if (typeof value === "string") return checkText(value, path, "value");
  if (typeof value !== "object" || value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, part]) => [
    ...(typeof key === "string" ? checkText(key, [...path, key], "key") : []),
    ...findInterpolations(part, [...path, key]),
  ]);
}

function checkText(text: string, path: Path, target: Target): SchemaFinding[] {
  const found = /[$%]\{/.exec(text)?.[0];
  if (found === undefined) return [];
  const message = `the string contains ${found}, which Terraform would evaluate`;
  const fix = "Write the value itself; URL placeholders are {digest}, {name} and {path}.";
  return [{ rule: schemaRules.interpolation.id, path, target, message, fix, invalid: [path] }];
}
