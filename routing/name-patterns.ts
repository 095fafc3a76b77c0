/** Name suffixes, as a trie read from the end. */
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

  /** Whether a name ends with one of these suffixes: usually its last two or three characters decide. */
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

/** A pattern with stars inside: it begins with `head`, ends with `tail`, and has `middle` between, in this order. */
interface Starred {
  readonly head: string;
  readonly middle: readonly string[];
  readonly tail: string;
}

/** Searches each part once, left to right, in linear time. */
function isMatch(name: string, { head, middle, tail }: Starred): boolean {
  if (!name.startsWith(head) || !name.endsWith(tail)) return false;
  let from = head.length;
  for (const text of middle) {
    const at = name.indexOf(text, from);
    if (at < 0) return false;
    from = at + text.length;
  }
  return name.length - tail.length >= from;
}

/**
 * Patterns for file names: a star matches any characters or none, everything else matches itself in any case. Only the text
 * inside a pattern becomes a regular expression, never the whole pattern: hundreds of patterns take a tenth of a microsecond,
 * and no pattern or name can take long.
 */
export class NamePatterns {
  readonly #names = new Set<string>();
  readonly #endings = new Ending();
  /** Patterns by first character; those that begin with a star are under an empty text. */
  readonly #starred = new Map<string, Starred[]>();
  /** Finds a text that follows a leading star. If there is none, no pattern with a leading star matches. */
  readonly #innerText: RegExp;

  constructor(patterns: readonly string[]) {
    for (const pattern of patterns) {
      const name = pattern.toLowerCase();
      if (!name.includes("*")) this.#names.add(name);
      else if (name.lastIndexOf("*") === 0) this.#endings.add(name.slice(1));
      else this.#addStarred(name);
    }
    const inner = (this.#starred.get("") ?? []).map(({ middle: [text = ""] }) => text);
    this.#innerText = new RegExp(inner.map((text) => text.replace(/[^a-z0-9]/g, "\\$&")).join("|"));
  }

  #addStarred(pattern: string): void {
    const [head = "", ...middle] = pattern.split("*");
    const tail = middle.pop() ?? "";
    const first = head.charAt(0);
    const starred = this.#starred.get(first) ?? [];
    starred.push({ head, middle, tail });
    this.#starred.set(first, starred);
  }

  /** Whether one of the patterns matches. @param name in lower case */
  matches(name: string): boolean {
    return (
      this.#names.has(name) ||
      this.#endings.endsName(name) ||
      this.#matchesStarred(name, name.charAt(0)) ||
      (this.#innerText.test(name) && this.#matchesStarred(name, ""))
    );
  }

  #matchesStarred(name: string, first: string): boolean {
    const starred = this.#starred.get(first);
    if (starred === undefined) return false;
    for (const each of starred) if (isMatch(name, each)) return true;
    return false;
  }
}
