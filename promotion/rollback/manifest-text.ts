import { isMap, isPair, isScalar, isSeq, type Pair, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import { formatFlow } from "../../document/format-flow";
import { applyEdits, linesOf, type TextEdit } from "./text-edits";

/** What a manifest names, flat: `NAME@DIGEST` with tags, or a file's name with its checksum. */
export type FlatManifest = ReadonlyMap<string, readonly string[]>;

/** How a list in a manifest is written. */
export type ListKind = "images" | "files";

interface Place {
  readonly item: YAMLMap;
  /** Of a digest. */
  readonly pair?: Pair;
}

/** One list of images or files, as text that can be changed without touching the rest. */
export class ManifestText {
  readonly #text: string;
  readonly #kind: ListKind;
  readonly #list: YAMLSeq | undefined;
  readonly #places = new Map<string, Place[]>();
  readonly #values = new Map<string, readonly string[]>();

  constructor(text: string, kind: ListKind) {
    this.#text = text;
    this.#kind = kind;
    const { contents } = parseDocument(text, { schema: "core", merge: false, uniqueKeys: false, logLevel: "error" });
    const list = isMap(contents) ? contents.get(kind, true) : contents;
    this.#list = isSeq(list) ? list : undefined;
    for (const item of this.#list?.items ?? []) if (isMap(item)) this.#read(item);
  }

  get values(): FlatManifest {
    return this.#values;
  }

  #read(item: YAMLMap): void {
    const name = `${item.get("name")}`;
    if (this.#kind === "files") this.#add(name, [`${item.get("sha256")}`], { item });
    const dmap = item.get("dmap");
    for (const pair of isMap(dmap) ? dmap.items : []) {
      const tags = isSeq(pair.value) ? pair.value.items.map((tag) => (isScalar(tag) ? `${tag.value}` : "")) : [];
      this.#add(`${name}@${isScalar(pair.key) ? pair.key.value : pair.key}`, tags, { item, pair });
    }
  }

  #add(key: string, values: readonly string[], place: Place): void {
    this.#values.set(key, [...new Set([...(this.#values.get(key) ?? []), ...values])].sort());
    this.#places.set(key, [...(this.#places.get(key) ?? []), place]);
  }

  /**
   * The text with other entries.
   *
   * @param changes by key: the new values; undefined removes an entry
   */
  change(changes: ReadonlyMap<string, readonly string[] | undefined>): string {
    const edits: TextEdit[] = [];
    const removed = new Set([...changes].filter(([, values]) => values === undefined).map(([key]) => key));
    const items = new Set<YAMLMap>();
    for (const key of removed) {
      for (const { item, pair } of this.#places.get(key) ?? []) {
        if (pair && !this.#isEmptied(item, removed)) edits.push(this.#removal(pair.key, pair.value));
        else items.add(item);
      }
    }
    for (const item of items) edits.push(this.#removal(item, item));
    const added: [string, readonly string[]][] = [];
    for (const [key, values] of changes) {
      if (values === undefined) continue;
      const [place] = this.#places.get(key) ?? [];
      if (place) edits.push(this.#replacement(place, values));
      else added.push([key, values]);
    }
    return this.#append(applyEdits(this.#text, edits), added);
  }

  /** Whether an image loses all its digests. */
  #isEmptied(item: YAMLMap, removed: ReadonlySet<string>): boolean {
    const left = [...this.#places].filter(
      ([key, places]) => !removed.has(key) && places.some((each) => each.item === item),
    );
    return left.length === 0;
  }

  #removal(first: unknown, last: unknown): TextEdit {
    const [from] = rangeOf(first);
    const [, to] = rangeOf(last);
    return { ...linesOf(this.#text, from, to), text: "" };
  }

  #replacement({ item, pair }: Place, values: readonly string[]): TextEdit {
    const node = pair ? pair.value : item.get("sha256", true);
    const [from, end] = rangeOf(node);
    const text = pair ? formatTags(values) : formatFlow(values[0] ?? "");
    return { from, to: this.#text.slice(0, end).trimEnd().length, text };
  }

  /** New entries come last, each image as an entry of its own: lists of one image are merged. */
  #append(text: string, added: readonly (readonly [string, readonly string[]])[]): string {
    if (added.length === 0 && new ManifestText(text, this.#kind).#list?.items.length) return text;
    const rest = new ManifestText(text, this.#kind).#list;
    const entries = added.map(([key, values]) => this.#format(key, values)).join("");
    const isTop = this.#kind === "images";
    const base = text === "" || text.endsWith("\n") ? text : `${text}\n`;
    if (rest && rest.items.length > 0) return `${base}${entries}`;
    const head = isTop ? "" : "files:\n";
    const comments = base.split("\n").filter((line) => line.trimStart().startsWith("#"));
    const kept = comments.length > 0 ? `${comments.join("\n")}\n` : "";
    return `${kept}${entries === "" ? (isTop ? "[]\n" : "files: []\n") : `${head}${entries}`}`;
  }

  #format(key: string, values: readonly string[]): string {
    const at = key.lastIndexOf("@sha256:");
    if (this.#kind === "files") return `- name: ${formatFlow(key)}\n  sha256: ${formatFlow(values[0] ?? "")}\n`;
    return `- name: ${formatFlow(key.slice(0, at))}\n  dmap:\n    "${key.slice(at + 1)}": ${formatTags(values)}\n`;
  }
}

function formatTags(tags: readonly string[]): string {
  return `[${tags.map((tag) => JSON.stringify(tag)).join(", ")}]`;
}

function rangeOf(node: unknown): readonly [number, number, number] {
  const { range } = (isPair(node) ? node.value : node) as { range?: [number, number, number] };
  return range ?? [0, 0, 0];
}
