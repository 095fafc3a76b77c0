/** How much is read of a file that people write. */
export const limits = {
  /** Bytes: far above any honest file, and parsed in a few seconds even if it is rubbish. */
  fileBytes: 1024 * 1024,
  /** Levels of mappings and lists. */
  levels: 50,
  /** Values that aliases may repeat: enough for any honest use, and no amplifier of memory. */
  repeatedValues: 10_000,
  /** A text that is no YAML can have as many errors as characters. */
  syntaxErrors: 100,
  /** More problems help nobody: a file of another kind can have hundreds of thousands. */
  problems: 1000,
} as const;
