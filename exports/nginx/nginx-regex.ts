/** A regular expression as nginx reads it: of backslashes, only those before quotes and backslashes are its own. */
export function nginxRegex(pattern: string): string {
  return `"~${pattern.replaceAll("\\\\", "\\\\\\\\").replaceAll('"', '\\"')}"`;
}
