import type { Ledger } from "../ledger/ledger";
import { targetName } from "../plan/target-name";
import type { RunContext } from "../run/run-context";
import type { Target } from "../targets/target";
import { markRemoved, type RemovedArtifact } from "./mark-removed";
import type { Removal } from "./removal";
import type { RemovalOutcome, RemovalReport } from "./removal-report";
import { TargetRemover } from "./target-remover";

/** The ledger of a run that keeps one. */
export interface RemovalLedger {
  readonly current: Ledger;
  change(to: (ledger: Ledger) => Ledger): void;
  /** Writes it, if it has changed. */
  save(signal?: AbortSignal): Promise<void>;
}

const day = 24 * 60 * 60 * 1000;

/**
 * Deletes what a plan says, at the origin first: from then on nobody is sent to it, whatever else happens. After each target the ledger
 * knows what is gone there. Failures are in the report; the next run tries again.
 *
 * @param removals of the plan, as planned under the lease
 * @throws the reason of the signal; StoreError if the ledger cannot be written
 */
export async function runRemovals(
  removals: readonly Removal[],
  context: RunContext,
  ledger: RemovalLedger,
): Promise<RemovalReport[]> {
  const due = removals.filter(({ state }) => state === "delete");
  const outcomes = new Map<Removal, RemovalOutcome[]>(due.map((removal) => [removal, []]));
  const removeAt = async (target: Target) => {
    const found = await removeAtTarget(target, due, context);
    const removed: RemovedArtifact[] = [];
    for (const [removal, outcome] of found) {
      outcomes.get(removal)?.push(outcome);
      if (outcome.state === "deleted" || outcome.state === "gone") removed.push({ removal, target: outcome.target });
    }
    if (removed.length === 0) return;
    ledger.change((current) => markRemoved(current, removed));
    await ledger.save(context.signal);
  };
  if (due.length > 0) {
    const { targets } = context;
    for (const target of targets.filter(({ isOrigin }) => isOrigin)) await removeAt(target);
    // Each mirror limits its own requests; the ledger is written for one after another.
    for (const target of targets.filter(({ isOrigin }) => !isOrigin)) await removeAt(target);
  }
  const opened = new Set(context.targets.map(targetName));
  return removals.map((removal) => report(removal, outcomes.get(removal) ?? [], opened));
}

async function removeAtTarget(
  target: Target,
  due: readonly Removal[],
  context: RunContext,
): Promise<(readonly [Removal, RemovalOutcome])[]> {
  const name = targetName(target);
  const remover = new TargetRemover(target, context);
  const own = due.filter(({ from }) => from.includes(name));
  const outcomes = await remover.remove(own);
  const found = own.map(
    (removal, index) => [removal, withVersions(outcomes[index] as RemovalOutcome, target)] as const,
  );
  const others = due.filter(({ left }) => left.some((each) => each.target === name));
  for (const removal of others) found.push([removal, await look(removal, name, remover, context)]);
  return found;
}

/** What the run may not delete may have gone in another way: a cloud or a donor deleted it, or people did. */
async function look(
  removal: Removal,
  target: string,
  remover: TargetRemover,
  { signal }: RunContext,
): Promise<RemovalOutcome> {
  const reason = removal.left.find((each) => each.target === target)?.reason ?? "";
  try {
    return (await remover.isThere(removal)) ? { target, state: "left", reason } : { target, state: "gone" };
  } catch (error) {
    signal.throwIfAborted();
    return { target, state: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

function withVersions(outcome: RemovalOutcome, target: Target): RemovalOutcome {
  const { versionDays } = target;
  if (outcome.until === undefined || versionDays === undefined) return outcome;
  return { ...outcome, versionsUntil: new Date(Date.parse(outcome.until) + versionDays * day).toISOString() };
}

function report(removal: Removal, outcomes: readonly RemovalOutcome[], opened: ReadonlySet<string>): RemovalReport {
  const { state, kind, project, name, digest, tags, reason, hidden, after, needed, from, left } = removal;
  const unopened = left
    .filter(({ target }) => !opened.has(target))
    .map((each) => ({ ...each, state: "left" }) as const);
  const targets = state === "delete" ? [...outcomes, ...unopened] : [];
  const here = targets.filter((outcome) => outcome.state === "left" || outcome.state === "failed");
  const reachable =
    state === "delete" ? here.map(({ target }) => target) : [...from, ...left.map(({ target }) => target)];
  return {
    ...{ state, kind, project, name, digest, tags, reason, hidden, after },
    ...(needed && { needed }),
    reachable,
    targets,
  };
}
