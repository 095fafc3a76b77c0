import { NotExportable } from "./not-exportable";

/**
 * Refuses a text that may not be said in one line of an answer's head.
 *
 * @param entry where the text is in the inventory
 * @throws NotExportable where a control character is in it: it could begin another line
 */
export function requireOneLine(text: string, entry: string): void {
  if (!/\p{Cc}/u.test(text)) return;
  throw new NotExportable([
    { entry, problem: "it holds a control character, as a line break", wayOut: "Take it out." },
  ]);
}
