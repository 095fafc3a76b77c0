/** The words of one kind of file, for messages about files of that kind. */
export interface DocumentWords extends MeaningWords {
  /** The option of the command that names such a file, with its hyphens. */
  readonly option: string;
  /** How to begin such a file: the fix of one without fields. */
  readonly start: string;
  /** Fields whose texts may begin with a star. @default none */
  readonly patternFields?: readonly string[];
  /** Words about a union's alternatives, by the field whose value tells them apart. @default the usual words */
  readonly alternatives?: Readonly<Record<string, AlternativeWords>>;
}

/** Words from which the meaning of a mistyped value is guessed. */
export interface MeaningWords {
  /** Other names of values, in lower case: `gcp` for `google`. @default none */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** Titles of schemas whose texts name something elsewhere: only their capitals and spaces are corrected. @default none */
  readonly exactNames?: readonly string[];
}

/** What to say of a value that chooses none of a union's alternatives. */
export interface AlternativeWords {
  /** The id of the rule that it breaks. */
  readonly rule: string;
  /** What follows the value in the message: `is no cloud that this project knows`. */
  readonly message: string;
  /** A sentence that follows the list of known values. */
  readonly fix: string;
}
