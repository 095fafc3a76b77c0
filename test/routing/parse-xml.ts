/** An element of an XML document; `text` is its character data, without that of its children. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** XML 1.0, production 2: the characters that a document may hold. */
const characters = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;
const name = "[A-Za-z_:][A-Za-z0-9_:.-]*";
const attribute = `\\s+(${name})\\s*=\\s*"([^<"]*)"`;
const tag = new RegExp(`^<(/?)(${name})((?:${attribute})*)\\s*(/?)>`);
const references: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  "#39": "'",
};

function dereferenced(text: string): string {
  return text.replace(/&([^;]*);?/g, (whole, reference: string) => {
    const meant = references[reference];
    if (meant === undefined || !whole.endsWith(";")) throw new Error(`${whole} is not a reference`);
    return meant;
  });
}

/**
 * The root of an XML document of elements, attributes in double quotes, text and the five predefined references: parsed
 * strictly (XML 1.0, fifth edition).
 *
 * @throws Error if it is not well-formed, or contains anything else
 */
export function parseXml(document: string): Element {
  if (!characters.test(document)) throw new Error("there is a character that XML does not allow");
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!document.startsWith(declaration)) throw new Error("there is no XML declaration");
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  for (let rest = document.slice(declaration.length); rest !== ""; ) {
    const current = open.at(-1) as Element;
    const text = /^[^<]+/.exec(rest)?.[0];
    if (text !== undefined) {
      if (text.includes("]]>")) throw new Error("]]> occurs in text");
      current.text += dereferenced(text);
      rest = rest.slice(text.length);
      continue;
    }
    const [all, closing, called = "", attributes = "", , , empty] = tag.exec(rest) ?? [];
    if (all === undefined) throw new Error(`no tag is at ${JSON.stringify(rest.slice(0, 40))}`);
    rest = rest.slice(all.length);
    if (closing === "/") {
      if (current.name !== called || open.length === 1) throw new Error(`</${called}> closes ${current.name}`);
      open.pop();
      continue;
    }
    const pairs = Array.from(
      attributes.matchAll(new RegExp(attribute, "g")),
      ([, key = "", value = ""]) => [key, dereferenced(value)] as const,
    );
    if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error(`${called} has an attribute twice`);
    const element: Element = { name: called, attributes: Object.fromEntries(pairs), children: [], text: "" };
    current.children.push(element);
    if (empty !== "/") open.push(element);
  }
  const [only, ...more] = root.children;
  if (open.length > 1 || only === undefined || more.length > 0 || root.text.trim() !== "") {
    throw new Error("there is not exactly one element that holds all others");
  }
  return only;
}
