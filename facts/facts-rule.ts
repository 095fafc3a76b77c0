import type { z } from "zod";
import type { DraftOf } from "../document/draft";
import type { Rule } from "../document/rule";
import type { Inventory } from "../inventory/inventory";
import type { deployedFactsSchema } from "./deployed-facts-schema";

/** `deployed.yaml` as written, without what the schema refused: see {@link DraftOf}. */
export type DraftFacts = DraftOf<z.input<typeof deployedFactsSchema>>;

/** The facts of one provider in a draft. */
export type DraftProviderFacts = NonNullable<DraftFacts[string]>;

/** What a rule of `deployed.yaml` may ask besides the facts. */
export interface FactsContext {
  readonly inventory: Inventory;
  /** The file's name, as it is shown in problems. */
  readonly file: string;
}

/** One rule of `deployed.yaml`. */
export type FactsRule = Rule<DraftFacts, FactsContext>;
