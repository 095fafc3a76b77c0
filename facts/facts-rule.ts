import type { z } from "zod";
import type { DraftOf } from "../document/draft";
import type { Rule } from "../document/rule";
import type { Inventory } from "../inventory/inventory";
import type { deployedFactsSchema } from "./deployed-facts-schema";

/** `deployed.yaml` as written, without what the schema refused: see {@link DraftOf}. */
export type DraftFacts = DraftOf<z.input<typeof deployedFactsSchema>>;

/** The facts of one provider in a draft. */
export type DraftProviderFacts = NonNullable<DraftFacts[string]>;

/** Context for rules of `deployed.yaml`. */
export interface FactsContext {
  readonly inventory: Inventory;
  /** The file's name, as it is shown in problems. */
  readonly file: string;
}

/** A rule of `deployed.yaml`. */
export type FactsRule = Rule<DraftFacts, FactsContext>;
