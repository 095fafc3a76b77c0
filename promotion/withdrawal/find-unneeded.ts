import { formatCount } from "../../document/format-count";
import { imageKey } from "../../overlay/image-key";
import type { Ledger } from "../ledger/ledger";
import type { PlanFinding } from "../plan/plan";
import type { Withdrawn } from "../promoted";
import { listWithdrawnNames } from "./list-withdrawn-names";

/**
 * Finds entries of `withdrawn.yaml` for what is not promoted, as far as the ledger knows: it never was, or it is gone from all mirrors. A
 * warning for each project.
 */
export function findUnneeded({ images, files, covered = [] }: Ledger, withdrawn: readonly Withdrawn[]): PlanFinding[] {
  const known = new Set([
    ...images.flatMap(({ repository, digest, tags }) => [
      imageKey(repository, digest),
      ...tags.map((tag) => `${repository}:${tag}`),
    ]),
    ...files.map(({ path }) => path),
  ]);
  const byProject = new Map<string, string[]>();
  for (const entry of withdrawn) {
    if (!covered.includes(entry.project)) continue;
    const unknown = listWithdrawnNames(entry).filter((name) => !known.has(name));
    if (unknown.length > 0) byProject.set(entry.project, [...(byProject.get(entry.project) ?? []), ...unknown]);
  }
  return Array.from(byProject, ([project, names]) => {
    const [first = ""] = names;
    const more = names.length > 1 ? ` and ${formatCount(names.length - 1, "other artifact")} of ${project}` : "";
    return {
      kind: "unneeded",
      severity: "warning",
      project,
      artifact: first,
      message: `withdrawn.yaml names ${first}${more}: not promoted; it never was, or it is gone from all mirrors`,
      fix: "Check its name; or remove the entry, unless you keep it as a record.",
    };
  });
}
