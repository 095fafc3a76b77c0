/** What an identity must be allowed for resources of one type: AWS actions, Google roles, or Azure actions. */
export interface Rights {
  /** To plan, and to read back what was changed. */
  readonly read: readonly string[];
  /** To create, change and destroy, besides. */
  readonly change: readonly string[];
}

/** Rights by Terraform's type of resource or, with `data.` before it, of data source. */
export type RightsTable = Readonly<Record<string, Rights>>;
