/** What a stack needs of its cloud: AWS actions, Google roles, or Azure actions. */
export interface GrantedRights {
  /** The stack's name. */
  readonly stack: string;
  /** To plan it. */
  readonly read: readonly string[];
  /** To apply it, besides. */
  readonly change: readonly string[];
  /** At AWS: the names of the roles that it manages or grants something. */
  readonly roles: readonly string[];
  /** The buckets whose objects it manages. */
  readonly buckets: readonly string[];
}
