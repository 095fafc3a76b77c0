import { parse } from "yaml";

/** A value as one line of YAML that can be typed anywhere, even inside `{ … }` and `[ … ]`; texts are quoted where needed. */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`;
  if (typeof value === "string") return isPlain(value) ? value : JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  const members = Object.entries(value).map(([key, member]) => `${flowText(key)}: ${flowText(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** Whether a text means itself without quotes: not `012`, `true`, `*` or `a: b`, and nothing with a bracket or a brace. */
function isPlain(text: string): boolean {
  if (!/^[A-Za-z0-9_./+-][^\s,[\]{}"'`#\\]*$/.test(text) || text.endsWith(":") || /^[.+-]?\d[\d_,.]*$/.test(text))
    return false;
  try {
    return parse(text, { schema: "core", logLevel: "silent" }) === text;
  } catch {
    return false;
  }
}
