import { isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import { formatFlow } from "../../document/format-flow";
import { applyEdits, linesOf, type TextEdit } from "./text-edits";

/** An entry of `withdrawn.yaml`, without its reason. */
export interface WithdrawnKey {
  readonly list: "images" | "files";
  readonly name: string;
  readonly digest?: string;
  readonly tags?: readonly string[];
}

/** An entry as text, for comparisons. */
export function keyOfWithdrawn({ list, name, digest, tags = [] }: WithdrawnKey): string {
  return JSON.stringify([list, name, digest ?? "", [...tags].sort()]);
}

function readEntries(text: string): { readonly key: WithdrawnKey; readonly item: YAMLMap }[] {
  const { contents } = parseDocument(text, { schema: "core", merge: false, uniqueKeys: false, logLevel: "error" });
  if (!isMap(contents)) return [];
  return (["images", "files"] as const).flatMap((list) => {
    const items = contents.get(list, true);
    return (isSeq(items) ? items.items : []).filter(isMap).map((item) => {
      const { name, digest, tags } = item.toJSON() as { name?: unknown; digest?: string; tags?: unknown[] };
      const more = { ...(digest !== undefined && { digest }), ...(tags && { tags: tags.map(String) }) };
      return { key: { list, name: `${name}`, ...more }, item };
    });
  });
}

/** The entries of a `withdrawn.yaml`, as {@link keyOfWithdrawn}. */
export function listWithdrawnKeys(text: string): string[] {
  return readEntries(text).map(({ key }) => keyOfWithdrawn(key));
}

/**
 * Changes a `withdrawn.yaml`; the rest of it stays as it is.
 *
 * @param removed as {@link keyOfWithdrawn}
 * @returns an empty text if nothing is left of it
 */
export function changeWithdrawn(
  text: string,
  removed: ReadonlySet<string>,
  added: readonly WithdrawnKey[],
  { reason, date }: { readonly reason: string; readonly date: string },
): string {
  const edits: TextEdit[] = readEntries(text)
    .filter(({ key }) => removed.has(keyOfWithdrawn(key)))
    .map(({ item }) => ({ ...linesOf(text, item.range?.[0] ?? 0, item.range?.[1] ?? 0), text: "" }));
  let current = dropEmptyLists(applyEdits(text, edits));
  for (const list of ["images", "files"] as const) {
    const known = new Set(listWithdrawnKeys(current));
    const entries = added.filter((key) => key.list === list && !known.has(keyOfWithdrawn(key)));
    if (entries.length > 0) current = append(current, list, entries.map((key) => format(key, reason, date)).join(""));
  }
  return current;
}

/** A list without entries is an error. */
function dropEmptyLists(text: string): string {
  const { contents } = parseDocument(text, { logLevel: "error" });
  if (!isMap(contents)) return text;
  const empty = contents.items.filter(({ value }) => !isSeq(value) || value.items.length === 0);
  const edits = empty.map(({ key }) => {
    const [from = 0, to = 0] = (key as { range?: [number, number, number] }).range ?? [];
    return { ...linesOf(text, from, to), text: "" };
  });
  const left = applyEdits(text, edits);
  return empty.length === contents.items.length && left.trim() === "" ? "" : left;
}

function format({ name, digest, tags = [] }: WithdrawnKey, reason: string, date: string): string {
  const tagList = `  tags: [${tags.map((tag) => JSON.stringify(tag)).join(", ")}]\n`;
  const what = digest === undefined ? (tags.length > 0 ? tagList : "") : `  digest: "${digest}"\n`;
  return `- name: ${formatFlow(name)}\n${what}  reason: ${formatFlow(reason)}\n  date: ${date}\n`;
}

function append(text: string, list: "images" | "files", entries: string): string {
  const last = readEntries(text)
    .filter(({ key }) => key.list === list)
    .at(-1);
  const base = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  if (!last) return `${base}${list}:\n${entries}`;
  const { from, to } = linesOf(base, last.item.range?.[0] ?? 0, last.item.range?.[1] ?? 0);
  const indent = /^ */.exec(base.slice(from))?.[0] ?? "";
  const shifted = entries.replaceAll(/^(?=.)/gm, indent);
  return `${base.slice(0, to)}${shifted}${base.slice(to)}`;
}
