import { isError } from "../../document/problem";
import type { Ledger } from "../../promotion/ledger/ledger";
import { readLedger } from "../../promotion/ledger/read-ledger";
import { StoreError } from "../../stores/store-error";
import { exitStatus, Failure } from "../failure";
import { printMessage } from "../print-message";
import type { LoadedPromotion } from "../promote/load-promotion";
import type { OpenedAudit } from "./opened-audit";

/**
 * Reads the ledger. Without it, the manifests say what was promoted, and must have no errors: what they leave out would look like
 * somebody else's.
 *
 * @throws Failure
 */
export async function loadLedger(
  { reading }: LoadedPromotion,
  { tables: [table] }: OpenedAudit,
): Promise<Ledger | undefined> {
  try {
    const ledger = table && (await readLedger(table));
    if (ledger) return ledger;
  } catch (error) {
    if (error instanceof StoreError) throw new Failure(exitStatus.wrongInput, error.message);
    throw error;
  }
  if (reading.problems.some(isError)) {
    throw new Failure(
      exitStatus.wrongInput,
      "correct the manifests first: without a ledger, only they say what was promoted",
    );
  }
  printMessage("there is no ledger of promotions yet: everything that the manifests promise is expected");
  return undefined;
}
