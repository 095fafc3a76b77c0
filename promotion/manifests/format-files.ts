import { formatFlow } from "../../document/format-flow";

/** Formats a list of files, sorted by name. @param checksums SHA-256 in hexadecimal, by name */
export function formatFiles(checksums: ReadonlyMap<string, string>): string {
  const sorted = [...checksums].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  if (sorted.length === 0) return "files: []\n";
  const entries = sorted.map(([name, sha256]) => `- name: ${formatFlow(name)}\n  sha256: ${formatFlow(sha256)}\n`);
  return `files:\n${entries.join("")}`;
}
