/** An authentication challenge, which a server sends with a 401. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** By name in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A parameter, quoted or not; a word before it starts the next challenge (RFC 9110, section 11.6.1). */
const parameter = /(?:([A-Za-z][A-Za-z0-9-]*)[ \t]+)?([A-Za-z_]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/** How much of a header is read, in characters: a challenge has a few hundred, and the pattern takes quadratic time. */
const longestRead = 4_096;

/** Reads a `WWW-Authenticate` header. Challenges without a parameter are left out: none of them is supported. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  for (const [, scheme, name = "", quoted, bare = ""] of header.slice(0, longestRead).matchAll(parameter)) {
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} });
    const value = quoted === undefined ? bare : quoted.replace(/\\(.)/g, "$1");
    Object.assign(challenges.at(-1)?.parameters ?? {}, { [name.toLowerCase()]: value });
  }
  return challenges;
}
