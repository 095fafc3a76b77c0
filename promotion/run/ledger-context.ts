import type { RunContext } from "./run-context";
import type { RunLedger } from "./run-ledger";

/** What a run that keeps a ledger works with. */
export interface LedgerContext extends RunContext {
  readonly ledger: RunLedger;
}

/** Whether a run keeps a ledger. */
export function hasLedger(context: RunContext): context is LedgerContext {
  return context.ledger !== undefined;
}
