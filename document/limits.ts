/** Limits of handwritten files. */
export const limits = {
  /** Bytes: far more than any legitimate file has, and parsed in seconds even if malformed. */
  fileBytes: 1024 * 1024,
  /** Levels of mappings and lists. */
  levels: 50,
  /** Values that aliases may repeat: enough for legitimate use, too few to exhaust memory. */
  repeatedValues: 10_000,
  /** Text that is not YAML can have one error per character. */
  syntaxErrors: 100,
  /** More would not help: a file of another kind can have hundreds of thousands. */
  problems: 1000,
} as const;
