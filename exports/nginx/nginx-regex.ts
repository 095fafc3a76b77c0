/** A regular expression as nginx reads it: nginx interprets backslashes only before quotes and backslashes. */
export function nginxRegex(pattern: string): string {
  return `"~${pattern.replaceAll("\\\\", "\\\\\\\\").replaceAll('"', '\\"')}"`;
}
