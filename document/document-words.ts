/** The words for messages about one kind of file. */
export interface DocumentWords extends MeaningWords {
  /** The option of the command that names such a file, with its hyphens. */
  readonly option: string;
  /** How to start such a file: the fix for an empty one. */
  readonly start: string;
  /** The largest size of such a file, in bytes. @default that of handwritten files */
  readonly fileBytes?: number;
  /** Fields whose strings may begin with a star. @default none */
  readonly patternFields?: readonly string[];
  /** Words about a union's alternatives, by the field whose value distinguishes them. @default generic words */
  readonly alternatives?: Readonly<Record<string, AlternativeWords>>;
}

/** Words for guessing the meaning of a mistyped value. */
export interface MeaningWords {
  /** Other names of values, in lower case: `gcp` for `google`. @default none */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** Titles of schemas whose strings are names defined elsewhere: only their case and spaces are corrected. @default none */
  readonly exactNames?: readonly string[];
}

/** Words about a value that matches none of a union's alternatives. */
export interface AlternativeWords {
  /** The id of the rule that it breaks. */
  readonly rule: string;
  /** The message, to follow the value: `is not a supported cloud`. */
  readonly message: string;
  /** A sentence that follows the list of known values. */
  readonly fix: string;
}
