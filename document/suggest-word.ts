/** The end of a message about a mistyped word: suggests the word that was most likely meant; empty if there is none. */
export function suggestWord(meant: string | undefined): string {
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}
