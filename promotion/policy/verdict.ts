/** What a rule said about an artifact. */
export interface Verdict {
  readonly project: string;
  /** The image with tag or digest, or the file, as findings name it. */
  readonly artifact: string;
  /** `policy/signature`. */
  readonly rule: string;
  readonly isAllowed: boolean;
  /** What the rule saw. */
  readonly saw: string;
  /** How to get it promoted. Only if it is not allowed. */
  readonly fix?: string;
}

/** A refusal, as one line. */
export function describeRefusal({ artifact, rule, saw }: Verdict): string {
  return `${artifact} is refused by ${rule}: ${saw}`;
}
