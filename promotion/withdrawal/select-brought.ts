import type { Withdrawn } from "../promoted";
import type { Withdrawing } from "./hide-withdrawn";
import { listWithdrawnNames } from "./list-withdrawn-names";

/** Not its date or destinations, which change nothing about what is withdrawn. */
function keyOf(entry: Withdrawn): string {
  return JSON.stringify([entry.kind, entry.project, listWithdrawnNames(entry).sort(), entry.reason]);
}

/**
 * The entries of `withdrawn.yaml` that a merge brought, or whose reason or tags it changed. Entries of a project whose manifests had errors
 * before may have been there, unread.
 *
 * @param before what the manifests said before the merge. @default not known, so that it brought none
 */
export function selectBrought(withdrawn: readonly Withdrawn[], before: Withdrawing | undefined): readonly Withdrawn[] {
  if (!before?.mentions.isComplete) return [];
  const { unclear } = before.mentions;
  const known = new Set(before.withdrawn.map(keyOf));
  return withdrawn.filter((entry) => !unclear.has(entry.project) && !known.has(keyOf(entry)));
}
