import { StoreError } from "./store-error";

/** An element of an XML document. */
export interface XmlElement {
  /** As written, with its prefix. */
  readonly name: string;
  /** As written, between the name and the end of the tag. */
  readonly attributes: string;
  /** Its own text, without that of its children. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement extends XmlElement {
  text: string;
  readonly children: XmlElement[];
}

/** Levels of elements: listings of stores have five. */
const deepest = 16;

/** A tag (XML 1.0, sections 3.1 and 2.3), with the ASCII names that stores use. */
const tag = /<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
/** XML 1.0, section 2.8; a byte order mark may be before it. */
const declaration = /^\uFEFF?(?:<\?xml\s[^<>]*\?>)?/;
/** XML 1.0, section 4.1; without a document type there are no other entities than the five of section 4.6. */
const reference = /&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos)|);?/g;
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function fail(what: string): never {
  throw new StoreError(`the server's XML cannot be read: ${what}`);
}

function decodeText(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(reference, (whole, hexadecimal?: string, decimal?: string, name?: string) => {
    if (!whole.endsWith(";") || whole === "&;") fail(`${whole} is not a reference`);
    if (name !== undefined) return entities[name] as string;
    const point = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) fail(`${whole} is not a character`);
    return String.fromCodePoint(point);
  });
}

/**
 * Reads the XML that object stores send: elements, attributes and text. Document types, comments, sections of character data and
 * processing instructions, which no store sends, are refused, so there is nothing that could be expanded or included.
 * docs/decisions/0006-promotion.md says why this is not a package.
 *
 * @param document bounded by the caller
 * @throws StoreError if it is anything else
 */
export function readXml(document: string): XmlElement {
  const top: OpenElement = { name: "", attributes: "", text: "", children: [] };
  const open: OpenElement[] = [top];
  let at = declaration.exec(document)?.[0].length ?? 0;
  while (at < document.length) {
    const current = open.at(-1) as OpenElement;
    const next = document.indexOf("<", at);
    const end = next === -1 ? document.length : next;
    current.text += decodeText(document.slice(at, end));
    if (next === -1) break;
    tag.lastIndex = next;
    const [whole, slash = "", name = "", attributes = "", isEmpty = ""] =
      tag.exec(document) ?? fail(`unexpected ${document.slice(next, next + 20)}`);
    at = next + whole.length;
    if (slash === "") {
      if (open.length > deepest) fail("its elements are nested too deeply");
      const element: OpenElement = { name, attributes, text: "", children: [] };
      current.children.push(element);
      if (isEmpty === "") open.push(element);
    } else if (name !== current.name || attributes !== "" || open.length === 1) {
      fail(`unexpected ${whole}`);
    } else open.pop();
  }
  const [root] = top.children;
  if (open.length > 1 || root === undefined || top.children.length > 1 || top.text.trim() !== "") {
    fail("it is not one element");
  }
  return root as XmlElement;
}

/** The children with a name. */
export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The first child with a name. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** The text of the first child with a name. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  return childOf(element, name)?.text;
}

/** Text as it may stand in an element. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
