import type { Plan } from "../plan/plan";
import { planRemovals, type RemovalsPlan } from "../withdrawal/plan-removals";
import type { Removal } from "../withdrawal/removal";
import type { RemovalReport } from "../withdrawal/removal-report";
import { runRemovals } from "../withdrawal/run-removals";
import type { LedgerContext } from "./ledger-context";
import type { RunContext } from "./run-context";

/** A run that keeps a ledger, and knows what is withdrawn. */
export type WithdrawalContext = LedgerContext & { readonly withdrawal: NonNullable<RunContext["withdrawal"]> };

/** Whether a run can withdraw anything. */
export function canWithdraw(context: RunContext): context is WithdrawalContext {
  return context.ledger !== undefined && context.withdrawal !== undefined;
}

/**
 * Hides withdrawn artifacts before anything else happens, and deletes those whose waiting time is over after everything else: what was
 * promoted meanwhile counts as needing its parts.
 */
export class WithdrawalRun {
  readonly #context: WithdrawalContext;
  /** What the plan, which may have been reviewed, deletes. */
  readonly #planned: ReadonlySet<string>;
  #removals: readonly Removal[] = [];

  constructor(context: WithdrawalContext, { removals = [] }: Plan) {
    this.#context = context;
    this.#planned = new Set(removals.filter(({ state }) => state === "delete").map(keyOf));
  }

  /** Hides, in the ledger and so for redirectors, and shows again what is promised again. The caller saves the ledger. */
  hide(): void {
    const { removals, ledger } = this.#plan();
    this.#removals = removals.filter(({ state }) => state !== "delete");
    this.#context.ledger.change(() => ledger);
  }

  /**
   * Deletes nothing while a redirector may not know what is hidden, or the ledger could not be written: the report has the failure, and the next
   * run deletes.
   *
   * @throws the reason of the signal
   */
  async delete(): Promise<RemovalReport[]> {
    if (!this.#context.ledger.isPublished) return runRemovals(this.#removals, this.#context, this.#context.ledger);
    // With what this run has promoted.
    const due = this.#plan().removals.filter((each) => each.state === "delete" && this.#planned.has(keyOf(each)));
    return runRemovals([...this.#removals, ...due], this.#context, this.#context.ledger);
  }

  #plan(): RemovalsPlan {
    const { ledger, withdrawal, targets, unplaced } = this.#context;
    const now = new Date().toISOString();
    return planRemovals({ ...withdrawal, ledger: ledger.current, targets, unplaced, now });
  }
}

function keyOf({ kind, name, digest }: Removal): string {
  return JSON.stringify([kind, name, digest]);
}
