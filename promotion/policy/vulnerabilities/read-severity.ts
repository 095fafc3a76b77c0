import { scoreCvss } from "./cvss-score";
import { type Severity, severityOf } from "./severity";

/** The words of scanners and databases: Trivy, Grype, OSV-Scanner, GitHub, Debian, Red Hat. */
const words: Readonly<Record<string, Severity>> = {
  critical: "critical",
  high: "high",
  important: "high",
  medium: "medium",
  moderate: "medium",
  low: "low",
  minor: "low",
  negligible: "low",
  unimportant: "low",
  informational: "none",
  none: "none",
};

/** A severity as a word, as a score from 0 to 10, or as a vector of CVSS 3. @returns undefined if it says nothing */
export function readSeverity(value: unknown): Severity | undefined {
  if (typeof value === "number") return value >= 0 && value <= 10 ? severityOf(value) : undefined;
  if (typeof value !== "string" || value.length > 200) return undefined;
  const word = words[value.toLowerCase()];
  if (word !== undefined) return word;
  if (/^(10(\.0+)?|[0-9](\.[0-9]+)?)$/.test(value)) return severityOf(Number(value));
  const score = scoreCvss(value);
  return score === undefined ? undefined : severityOf(score);
}
