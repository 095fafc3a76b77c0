import type { RemovalReport } from "../withdrawal/removal-report";
import type { RunReport } from "./run-report";

/** Who caused a run. */
export interface RunCause {
  /** The commit of the manifests. @default not known */
  readonly commit?: string | undefined;
  /** Who merged it, as the review system names them. @default not known */
  readonly mergedBy?: string | undefined;
}

/**
 * One line of JSON per artifact that the run brought to some mirror, or made visible: who merged what, its digest, the mirrors that
 * lacked it and have all of it now, verified, and the targets that still lack it. Lines with an `action` are about what was withdrawn.
 */
export function formatAuditLines(report: RunReport, cause: RunCause): string {
  return `${formatPromoted(report, cause)}${formatWithdrawn(report, cause)}`;
}

/** One line per artifact that the run hid, showed again or deleted somewhere, with the targets that still have it. */
function formatWithdrawn({ removals = [], started }: RunReport, { commit, mergedBy }: RunCause): string {
  const isChange = ({ state, targets }: RemovalReport) =>
    state === "hide" || state === "restore" || targets.some((target) => target.state === "deleted");
  const actions = { hide: "hidden", restore: "restored", delete: "deleted", waiting: "hidden" } as const;
  return removals
    .filter(isChange)
    .map(({ state, kind, project, name, digest, tags, reason, targets, reachable }) => {
      const deleted = targets.flatMap(({ target, state: outcome, until }) =>
        outcome === "deleted" ? [{ target, until }] : [],
      );
      const line = {
        time: started,
        commit,
        mergedBy,
        action: actions[state],
        project,
        kind,
        name,
        digest,
        ...(tags.length > 0 && { tags }),
        reason,
        ...(deleted.length > 0 && { deleted }),
        reachable,
      };
      return `${JSON.stringify(line)}\n`;
    })
    .join("");
}

function formatPromoted({ artifacts, started }: RunReport, { commit, mergedBy }: RunCause): string {
  const done = artifacts.filter(({ targets }) => targets.some(({ state }) => state === "written"));
  return done
    .map(({ kind, project, name, digest, tags, bytes, origin, targets }) => {
      const good = targets.filter(({ state }) => state === "written" || state === "there");
      const incomplete = targets.filter((target) => !good.includes(target)).map(({ target }) => target);
      const lacking = new Set(incomplete.map(mirrorOf));
      const mirrors = [...new Set(good.map(({ target }) => mirrorOf(target)))].filter((mirror) => !lacking.has(mirror));
      const line = {
        time: started,
        commit,
        mergedBy,
        project,
        kind,
        name,
        digest,
        ...(tags.length > 0 && { tags }),
        bytes,
        origin,
        mirrors,
        verified: [...new Set(good.flatMap(({ verified }) => verified))].sort(),
        incomplete,
      };
      return `${JSON.stringify(line)}\n`;
    })
    .join("");
}

/** `aws/us-east-2` of `aws/us-east-2 blobs`. */
function mirrorOf(target: string): string {
  return target.split(" ", 1)[0] ?? target;
}
