/**
 * The parts of a regular expression: escapes and classes as single tokens, so their contents are not parsed; groups; letters.
 */
const parts = /\\.|\[(?:\\.|[^\]])*\]|\((?!\?)|[a-z]/g;

/** Syntax that engines lack or interpret differently: look-around, names, flags, references, words, Unicode. */
const notPortable = /\(\?(?!:)|\\[1-9bBdDkpPsSwW]/;

/**
 * A JavaScript regular expression as a part of a longer one for PCRE, RE2 and JavaScript: without its anchors and captures.
 *
 * @throws Error if the engines could interpret it differently
 */
export function portablePattern({ source, flags }: RegExp): string {
  const body = source.replace(/^\^/, "").replace(/\$$/, "").replaceAll("\\d", "[0-9]");
  if (flags !== "" || notPortable.test(body))
    throw new Error(`/${source}/${flags} is not portable between regex engines`);
  return body.replaceAll("\\/", "/").replace(parts, (part) => (part === "(" ? "(?:" : part));
}

/** A pattern in lower case, for any case: not every engine supports inline flags. */
export function inAnyCase(pattern: string): string {
  return pattern.replace(parts, (part) => {
    if (part.startsWith("[")) return part.replace("a-z", "a-zA-Z");
    return /^[a-z]$/.test(part) ? `[${part.toUpperCase()}${part}]` : part;
  });
}

/** Names the capturing groups of a pattern, in this order. */
export function withNames(pattern: string, names: readonly string[]): string {
  const left = [...names];
  return pattern.replace(parts, (part) => (part === "(" ? `(?<${left.shift()}>` : part));
}
