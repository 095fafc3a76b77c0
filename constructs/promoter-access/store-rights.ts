/** What an identity may do in one store. It may always read and list. */
export interface StoreRights {
  /** Whether it may create objects: not where the cloud itself copies them. */
  readonly create: boolean;
  /** Whether it may delete objects: only where the inventory allows withdrawal. */
  readonly remove: boolean;
  /** The names that it may replace, where replacing needs the right to delete (Cloud Storage): patterns of `promotion.mutable`. */
  readonly replace: readonly string[];
}

/** The planner's, everywhere: plans only read. */
export const readOnlyRights: StoreRights = { create: false, remove: false, replace: [] };
