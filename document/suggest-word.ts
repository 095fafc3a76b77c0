/** The end of a message about a mistyped word: asks for the word that was most likely meant; empty where none is known. */
export function suggestWord(meant: string | undefined): string {
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}
