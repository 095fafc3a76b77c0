/**
 * Levels of severity, from the lowest, with the least CVSS score of each (CVSS v3.1 and v4.0, "Qualitative Severity Rating Scale").
 */
const least = { none: 0, low: 0.1, medium: 4, high: 7, critical: 9 } as const;

/** A level of severity. */
export type Severity = keyof typeof least;

/** All levels, from the lowest. */
export const severities = Object.keys(least) as readonly Severity[];

/** The level of a CVSS score. */
export function severityOf(score: number): Severity {
  return severities.findLast((severity) => score >= least[severity]) ?? "none";
}

/** Whether a level is higher than another. */
export function isHigher(severity: Severity, than: Severity): boolean {
  return severities.indexOf(severity) > severities.indexOf(than);
}
