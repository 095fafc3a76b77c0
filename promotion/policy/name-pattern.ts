/** A part of a pattern: a character, or any number of characters (`within` a segment, or `across` slashes). */
type Token = string | { readonly star: "within" | "across" };

function parsePattern(pattern: string): readonly Token[] {
  return Array.from(pattern.matchAll(/\*+|[^*]/gu), ([text]): Token => {
    if (!text.startsWith("*")) return text;
    return { star: text.length > 1 ? "across" : "within" };
  });
}

/**
 * A function that says whether a name matches a pattern as a whole: `*` stands for any characters but `/`, and `**` for any characters.
 * It takes time proportional to the product of both lengths at most, whatever the name is: names come from pull requests and signatures.
 */
export function createNamePattern(pattern: string): (name: string) => boolean {
  const tokens = parsePattern(pattern);
  /** Adds a place in the pattern, and those after stars that match nothing. */
  const enter = (places: Set<number>, place: number): void => {
    for (let next = place; ; next++) {
      places.add(next);
      if (typeof tokens[next] !== "object") return;
    }
  };
  return (name) => {
    let places = new Set<number>();
    enter(places, 0);
    for (const character of name) {
      const after = new Set<number>();
      for (const place of places) {
        const token = tokens[place];
        if (token === character) enter(after, place + 1);
        else if (typeof token === "object" && (token.star === "across" || character !== "/")) enter(after, place);
      }
      places = after;
    }
    return places.has(tokens.length);
  };
}
