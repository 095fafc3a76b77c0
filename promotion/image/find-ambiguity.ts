/** A member of an object that is being read. */
interface OpenObject {
  /** Names by their folded form. Undefined in a list. */
  readonly names: Map<string, string> | undefined;
  /** Whether its names are those of users, such as annotations: Go reads them as they are. */
  readonly isMap: boolean;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:]/gs;

/** As Go's `encoding/json` compares the names of members: without regard to case, with the long s and the Kelvin sign (`foldName`). */
function fold(name: string): string {
  return name.toUpperCase().toLowerCase();
}

/**
 * Finds a member that different readers of JSON take for different things. RFC 8259, section 4, leaves open which of two members with one name
 * counts. Go, in which most clients are written, also takes `Layers` for `layers`, and the last of the two counts.
 *
 * @param text valid JSON
 * @param members names that mean something at the top
 * @returns what is wrong; undefined if there is nothing
 */
export function findAmbiguity(text: string, members: readonly string[]): string | undefined {
  const known = new Map(members.map((name) => [fold(name), name]));
  const open: OpenObject[] = [];
  let last: string | undefined;
  let name: string | undefined;
  for (const [part] of text.matchAll(token)) {
    if (part === "{" || part === "[") {
      const isMap = name === "annotations";
      open.push({ names: part === "{" ? new Map() : undefined, isMap });
      name = undefined;
    } else if (part === "}" || part === "]") {
      open.pop();
      name = undefined;
    } else if (part === ":") {
      name = last;
      const at = open.at(-1);
      if (name === undefined || at?.names === undefined) continue;
      const folded = at.isMap ? name : fold(name);
      const before = at.names.get(folded);
      if (before === name) return `has two members ${JSON.stringify(name)}`;
      if (before !== undefined) return `has the members ${JSON.stringify(before)} and ${JSON.stringify(name)}`;
      at.names.set(folded, name);
      const meant = open.length === 1 ? known.get(folded) : undefined;
      if (meant !== undefined && meant !== name) {
        return `has a member ${JSON.stringify(name)}, which some clients take for ${JSON.stringify(meant)}`;
      }
    } else {
      last = JSON.parse(part) as string;
    }
  }
  return undefined;
}
