/** What a value must be. Exactly one of the three. */
export type Requirement =
  | { readonly is: readonly (string | number | boolean)[] }
  | { readonly matches: string }
  | { readonly absent: true };

/** A requirement for the values at a path. */
export type Condition = Requirement & {
  /**
   * The names of arguments, with dots between them, and `*` for every element of a list; one block stands for a list of
   * one. Names that begin with `$` are computed from the resource: see `describeResource`.
   */
  readonly path: string;
  /** Whether a path without values is allowed. @default false */
  readonly optional?: boolean;
};

/** A rule for the resources of all stacks, read from one file of `security/rules/`. */
export interface Rule {
  /** The name of the file. */
  readonly id: string;
  /** What is required, in one sentence. */
  readonly requires: string;
  /** Why. */
  readonly reason: string;
  /** The types of resources that the rule is for. @default every type */
  readonly types?: readonly string[];
  /** The rule is only for resources that meet all of these. @default all resources of its types */
  readonly when?: readonly Condition[];
  /** What a resource must meet. */
  readonly expect: readonly Condition[];
  /** Addresses that the rule is not for, with the reason. `*` stands for any characters. @default none */
  readonly except?: Readonly<Record<string, string>>;
  /** Arguments of resources that meet the rule, and of some that do not. Tests check both. */
  readonly examples: { readonly good: readonly Example[]; readonly bad: readonly Example[] };
}

/** A resource of an example. */
export interface Example {
  /** @default the rule's first type */
  readonly type?: string;
  readonly [argument: string]: unknown;
}
