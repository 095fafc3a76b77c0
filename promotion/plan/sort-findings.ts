import type { PlanFinding } from "./plan";

/** The order in which plans list findings. */
export function sortFindings(findings: readonly PlanFinding[]): PlanFinding[] {
  const keyed = findings.map((finding) => {
    const { kind, project = "", artifact = "", target = "" } = finding;
    return { finding, key: JSON.stringify([kind, project, artifact, target, finding.message]) };
  });
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ finding }) => finding);
}
