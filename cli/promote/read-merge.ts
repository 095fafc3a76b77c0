import { readManifests } from "../../promotion/manifests/read-manifests";
import { GitError, resolveCommit, withCommittedManifests } from "../../promotion/manifests/restore-manifests";
import type { Merge } from "../../promotion/withdrawal/judge-withdrawals";
import { printMessage } from "../print-message";
import type { LoadedPromotion } from "./load-promotion";

/** What is known of the merge that a run follows. */
export interface MergeOptions {
  /** The GitHub user who merged. @default not known */
  readonly by?: string | undefined;
  /** The commit before the merge; may be empty. @default not known */
  readonly since?: string | undefined;
}

/**
 * Reads what the manifests withdrew before a merge, if a policy says who may withdraw. Without the commit, for example after a forced push, the
 * merge brought nothing: a message says so, and the promotion goes on.
 */
export function readMerge({ by, since }: MergeOptions, promotion: LoadedPromotion): Merge {
  const { manifests, placement, policy, reading } = promotion;
  const isLimited = policy && [policy.defaults, ...policy.projects.values()].some(({ withdrawal }) => withdrawal);
  if (!isLimited || by === undefined || !since || reading.promoted.withdrawn.length === 0) return { by };
  try {
    const commit = resolveCommit(manifests[0] ?? ".", since);
    const before = withCommittedManifests(manifests, commit, (restored) => readManifests(restored, placement));
    return { by, before: { withdrawn: before.promoted.withdrawn, mentions: before.mentions } };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    printMessage(`--merged-since ${since}: ${error.message}: the run takes no withdrawal for new`);
    return { by };
  }
}
