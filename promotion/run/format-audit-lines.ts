import type { RunReport } from "./run-report";

/** Who caused a run. */
export interface RunCause {
  /** The commit of the manifests. @default not known */
  readonly commit?: string | undefined;
  /** Who merged it, as the review system names them. @default not known */
  readonly mergedBy?: string | undefined;
}

/**
 * One line of JSON per artifact that the run brought to some mirror, or made visible: who merged what, its digest, and the mirrors that
 * have it, verified, by now.
 */
export function formatAuditLines({ artifacts, started }: RunReport, { commit, mergedBy }: RunCause): string {
  const done = artifacts.filter(({ targets }) => targets.some(({ state }) => state === "written"));
  return done
    .map(({ kind, project, name, digest, tags, bytes, origin, targets }) => {
      const good = targets.filter(({ state }) => state === "written" || state === "there");
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
        mirrors: [...new Set(good.map(({ target }) => target.replace(/ \w+$/, "")))],
        verified: [...new Set(good.flatMap(({ verified }) => verified))].sort(),
        incomplete: [...new Set(targets.filter((target) => !good.includes(target)).map(({ target }) => target))],
      };
      return `${JSON.stringify(line)}\n`;
    })
    .join("");
}
