import { parse } from "yaml";

/** A value as one line of YAML that is valid anywhere, even inside `{ … }` and `[ … ]`; strings are quoted if needed. */
export function formatFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatFlow).join(", ")}]`;
  if (typeof value === "string") return isPlain(value) ? value : JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  const members = Object.entries(value).map(([key, member]) => `${formatFlow(key)}: ${formatFlow(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** Whether a string needs no quotes in YAML: not `012`, `true`, `*` or `a: b`, and no string with a bracket or a brace. */
function isPlain(text: string): boolean {
  if (!/^[A-Za-z0-9_./+-][^\s,[\]{}"'`#\\]*$/.test(text) || text.endsWith(":") || /^[.+-]?\d[\d_,.]*$/.test(text))
    return false;
  try {
    return parse(text, { schema: "core", logLevel: "silent" }) === text;
  } catch {
    return false;
  }
}
