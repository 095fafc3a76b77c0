import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { describeStar } from "./describe-syntax-errors";
import { formatFlow } from "./format-flow";
import { limits } from "./limits";
import type { Path, Target } from "./path";
import type { Problem, SourceText } from "./problem";
import type { ReadingRuleId } from "./reading-rules";

/** The place of a value in the file, and of its parts. */
export interface Place {
  readonly value: number;
  /** Offset of the key; absent in lists and at the top. */
  readonly key: number | undefined;
  readonly parts: ReadonlyMap<string | number, Place>;
}

/** The parts of a single value. */
const noParts: Place["parts"] = new Map();

/** The offset of the deepest existing part of a path. The place of a mapping or list is its key, because its value begins with its first part. */
export function findOffset(top: Place, path: Path, target: Target): number {
  let place = top;
  for (const part of path) {
    const next = place.parts.get(part);
    if (next === undefined) return place.key ?? place.value;
    place = next;
  }
  return target === "key" || place.parts.size > 0 ? (place.key ?? place.value) : place.value;
}

/** Converts the parser's nodes to plain values, and records their places. */
export class NodeReader {
  readonly problems: Problem[] = [];
  readonly #source: SourceText;
  readonly #patternFields: readonly string[];
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #isBroken = false;
  #repeated = 0;
  #aliasDepth = 0;

  constructor(source: SourceText, patternFields: readonly string[]) {
    this.#source = source;
    this.#patternFields = patternFields;
  }

  /** Whether the document is unusable. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Reads a node, given the offsets of its key (if any) and its parent. */
  read(node: unknown, key: number | undefined, around: number): { value: unknown; place: Place } {
    const start = (isNode(node) ? node.range?.[0] : undefined) ?? key ?? around;
    const nothing = { value: null, place: { value: start, key, parts: noParts } };
    if (!isNode(node) || this.#isBroken || !this.#isWithinLimits(start)) return nothing;
    if (isAlias(node)) return this.#readAlias(node, key, nothing);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    this.#open.add(node);
    const read = this.#readParts(node, start, key) ?? nothing;
    this.#open.delete(node);
    return read;
  }

  #readParts(node: Node, start: number, key: number | undefined) {
    if (isMap(node)) return this.#readMap(node as YAMLMap, start, key);
    if (isSeq(node)) return this.#readList(node.items, start, key);
    return isScalar(node) ? { value: node.value, place: { value: start, key, parts: noParts } } : undefined;
  }

  #readMap({ items, flow = false }: YAMLMap, start: number, key: number | undefined) {
    const parts = new Map<string, Place>();
    const entries = new Map<string, unknown>();
    for (let index = 0; index < items.length; index++) {
      const pair = items[index] as Pair;
      const name = this.#keyOf(pair, start);
      if (name === undefined) continue;
      const pieces = flow && isNumber(pair.value) ? piecesOfNumber(items, index + 1) : [];
      index += pieces.length;
      const { value, place } = this.read(pair.value, name.offset, start);
      const first = parts.get(name.text);
      if (first === undefined) {
        parts.set(name.text, place);
        entries.set(name.text, pieces.length === 0 ? value : [(pair.value as Scalar).source, ...pieces].join());
      } else {
        const { line } = this.#source.locate(first.key ?? first.value);
        const message = `"${name.text}" is a duplicate key; the first is in line ${line}`;
        this.#report("yaml/duplicate-key", message, duplicateFix(entries.get(name.text), value), name.offset);
      }
    }
    return { value: Object.fromEntries(entries), place: { value: start, key, parts } };
  }

  /**
   * A key's text; numbers etc. as written. Refuses `__proto__`, which JavaScript would silently drop.
   */
  #keyOf(pair: Pair, start: number): { text: string; offset: number } | undefined {
    const offset = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? start;
    const key = isScalar(pair.key) ? pair.key : undefined;
    const text = key?.source ?? key?.value;
    const isMerge = text === "<<" && key?.type === "PLAIN";
    if (typeof text === "string" && text !== "" && text !== "__proto__" && !isMerge) return { text, offset };
    if (isMerge) this.#reportMergeKey(pair, offset);
    else this.#report("yaml/bad-key", "this cannot be a key", "Write a name before the colon.", offset);
    return undefined;
  }

  /** In YAML 1.1 `<<: *base` merged the members of another mapping; YAML 1.2 has no merge keys. */
  #reportMergeKey(pair: Pair, offset: number): void {
    const source = isAlias(pair.value) ? this.#anchors.get(pair.value.source) : pair.value;
    const isShort = isMap(source) && source.items.length <= 5 && source.items.every(({ value }) => isScalar(value));
    const fix = isShort ? `Write ${formatFlow(source.toJSON()).slice(2, -2)}` : "Write out the merged fields.";
    this.#report("yaml/bad-key", "merge keys (<<) are not supported", fix, offset);
  }

  #readList(items: readonly unknown[], start: number, key: number | undefined) {
    const read = items.map((item) => this.read(item, undefined, start));
    const parts = new Map(read.map(({ place }, index) => [index, place]));
    return { value: read.map(({ value }) => value), place: { value: start, key, parts } };
  }

  #readAlias(alias: Alias, key: number | undefined, nothing: { value: unknown; place: Place }) {
    const start = nothing.place.value;
    const target = this.#anchors.get(alias.source);
    if (target === undefined || this.#open.has(target)) {
      const { message, fix } =
        target === undefined
          ? describeStar(this.#source.text, start, this.#patternFields)
          : { message: `*${alias.source} contains itself`, fix: "Write out the value." };
      this.#report("yaml/aliases", message, fix, start);
      this.#isBroken = true;
      return nothing;
    }
    this.#aliasDepth++;
    const { value, place } = this.read(target, undefined, start);
    this.#aliasDepth--;
    // Problems in an aliased value are reported at the alias.
    return { value, place: moveTo(start, key, place) };
  }

  #isWithinLimits(start: number): boolean {
    if (this.#aliasDepth > 0) this.#repeated++;
    if (this.#repeated > limits.repeatedValues) {
      this.#report(
        "yaml/aliases",
        `aliases repeat more than ${limits.repeatedValues} values`,
        "Write out the values.",
        start,
      );
      this.#isBroken = true;
    } else if (this.#open.size >= limits.levels) {
      this.#report("yaml/too-deep", "this is nested too deeply", `Use at most ${limits.levels} levels.`, start);
      this.#isBroken = true;
    }
    return !this.#isBroken;
  }

  #report(rule: ReadingRuleId, message: string, fix: string, offset: number): void {
    this.problems.push(this.#source.place({ rule, severity: "error", message, fix }, offset));
  }
}

/** A longer list is not written out in a fix. */
const mostItems = 10;

/** How two values of one key become one: nothing of two lists may be lost. */
function duplicateFix(first: unknown, second: unknown): string {
  if (!Array.isArray(first) || !Array.isArray(second)) return "Keep one of the two.";
  const items = [...new Set([...first, ...second])];
  const isShort = items.length <= mostItems && items.every((item) => typeof item === "string");
  return `List all items of both in one entry${isShort ? `: ${formatFlow(items)}` : "."}`;
}

function isNumber(node: unknown): boolean {
  return isScalar(node) && typeof node.value === "number";
}

/** The part of a number after a comma: in `{ monthly: 1,000 }`, 000 is a key without a value. */
function piecesOfNumber(items: readonly Pair[], from: number): string[] {
  const pieces = items.slice(from).map(({ key, value }) => (value === null && isScalar(key) ? key.source : undefined));
  const end = pieces.findIndex((piece) => piece === undefined || !/^\d+$/.test(piece));
  return pieces.slice(0, end < 0 ? undefined : end) as string[];
}

/** Moves a place and all its parts to one offset. */
function moveTo(value: number, key: number | undefined, { parts }: Place): Place {
  return { value, key, parts: new Map([...parts].map(([name, part]) => [name, moveTo(value, undefined, part)])) };
}
