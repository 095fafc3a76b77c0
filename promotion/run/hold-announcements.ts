import type { Plan, PlanFinding } from "../plan/plan";
import type { ArtifactRecord } from "./artifact-record";
import type { FileWork } from "./file-run";

/**
 * Errors by which a plan leaves out what the origin does not have, or may not have: sources and the origin are unreachable. Only
 * `unpromotable` may stand for what the origin has already, but damaged.
 */
const omissions: readonly PlanFinding["kind"][] = [
  "lost",
  "rebuilt",
  "conflict",
  "unpromotable",
  "refused",
  "unreachable",
];

/** What an announcement is compared with. */
interface Release {
  /** The other artifacts of the plan, after their promotion. */
  readonly others: readonly { readonly record: ArtifactRecord }[];
  readonly findings: Plan["findings"];
  /** The names of the origin's targets for files. */
  readonly origins: readonly string[];
}

/**
 * Selects the files with mutable names that may be written: a release that is not at the origin must not be announced, nor one of which the
 * plan says that a part cannot get there. The others are noted as held.
 *
 * - What the origin announces already announces nothing new, so that mirrors that lack it get it in any case.
 * - Everything else waits for all artifacts of its project that the plan is about. A plan does not know which of them belong to the release:
 *   a part that is lost may have been merged long before the announcement. If lost entries held nothing without `--since`, the next
 *   scheduled run would announce a release whose own run had failed.
 * - A plan of changes is about these alone, so that lost entries from before its commit hold nothing: whoever names the commit says
 *   where the release begins.
 *
 * @returns those that may be written
 */
export function holdAnnouncements(
  announcements: readonly FileWork[],
  { others, findings, origins }: Release,
): readonly FileWork[] {
  const omitted = findings.filter(
    ({ kind, severity, artifact, target }) =>
      severity === "error" && omissions.includes(kind) && (artifact ?? target) !== undefined,
  );
  const pending = new Set(others.flatMap(({ record }) => (record.origin === "shown" ? [] : [record.artifact.project])));
  return announcements.filter(({ record }) => {
    const { project } = record.artifact;
    const reason = pending.has(project)
      ? `other artifacts of ${project} are not at the origin yet, so it is unchanged`
      : // The origin concerns all projects.
        describeOmitted(omitted.filter((finding) => (finding.project ?? project) === project));
    if (reason === undefined || record.wasComplete(origins)) return true;
    record.failEverywhere(new Error(reason));
    record.origin = "held";
    return false;
  });
}

function describeOmitted([first, ...others]: readonly PlanFinding[]): string | undefined {
  if (first === undefined) return undefined;
  const { artifact, target, kind } = first;
  const what = kind === "conflict" ? "in conflict" : kind;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  const begin = `${artifact ?? target} is ${what}${more}, so it is unchanged: see the findings`;
  if (kind === "unreachable") return begin;
  return `${begin}; if it is of an older release, run with --since and a commit before this release`;
}
