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
import { flowText } from "./flow-text";
import { limits } from "./limits";
import type { Path, Target } from "./path";
import type { Problem, SourceText } from "./problem";
import type { ReadingRuleId } from "./reading-rules";
import { starFault } from "./syntax-complaint";

/** Where one value is written, and where its parts are. */
export interface Place {
  readonly value: number;
  /** The key in front of the value; none in lists and at the top. */
  readonly key: number | undefined;
  readonly parts: ReadonlyMap<string | number, Place>;
}

/** Where a path leads as far as it exists. A mapping's or list's place is its key: the value begins with its first part. */
export function offsetOf(top: Place, path: Path, target: Target): number {
  let place = top;
  for (const part of path) {
    const next = place.parts.get(part);
    if (next === undefined) return place.key ?? place.value;
    place = next;
  }
  return target === "key" || place.parts.size > 0 ? (place.key ?? place.value) : place.value;
}

/** Turns the parser's nodes into plain values, and notes their places. */
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

  /** Whether a problem leaves no value that is worth looking at. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** The value of a node, of which the key (if any) and the whole around it begin at these characters. */
  read(node: unknown, key: number | undefined, around: number): { value: unknown; place: Place } {
    const start = (isNode(node) ? node.range?.[0] : undefined) ?? key ?? around;
    const nothing = { value: null, place: { value: start, key, parts: new Map() } };
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
    return isScalar(node) ? { value: node.value, place: { value: start, key, parts: new Map() } } : undefined;
  }

  #readMap({ items, flow = false }: YAMLMap, start: number, key: number | undefined) {
    const parts = new Map<string, Place>();
    const entries: [string, unknown][] = [];
    for (let index = 0; index < items.length; index++) {
      const pair = items[index] as Pair;
      const name = this.#keyOf(pair, start);
      if (name === undefined) continue;
      const pieces = flow && isNumber(pair.value) ? piecesOfNumber(items, index + 1) : [];
      index += pieces.length;
      const { value, place } = this.read(pair.value, name.offset, start);
      if (parts.has(name.text)) {
        this.#complain(
          "yaml/duplicate-key",
          `"${name.text}" is here a second time`,
          "Keep one of the two.",
          name.offset,
        );
      } else {
        parts.set(name.text, place);
        entries.push([name.text, pieces.length === 0 ? value : [(pair.value as Scalar).source, ...pieces].join()]);
      }
    }
    return { value: Object.fromEntries(entries), place: { value: start, key, parts } };
  }

  /**
   * A key's text; for numbers and the like, as written. Refuses `__proto__`, which JavaScript would silently lose.
   */
  #keyOf(pair: Pair, start: number): { text: string; offset: number } | undefined {
    const offset = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? start;
    const key = isScalar(pair.key) ? pair.key : undefined;
    const text = key?.source ?? key?.value;
    const isMerge = text === "<<" && key?.type === "PLAIN";
    if (typeof text === "string" && text !== "" && text !== "__proto__" && !isMerge) return { text, offset };
    if (isMerge) this.#complainOfMerge(pair, offset);
    else this.#complain("yaml/bad-key", "this cannot be a key", "Write a name in front of the colon.", offset);
    return undefined;
  }

  /** `<<: *base` merged another mapping's members in YAML 1.1; YAML 1.2 does not have it. */
  #complainOfMerge(pair: Pair, offset: number): void {
    const source = isAlias(pair.value) ? this.#anchors.get(pair.value.source) : pair.value;
    const isShort = isMap(source) && source.items.length <= 5 && source.items.every(({ value }) => isScalar(value));
    const fix = isShort ? `Write ${flowText(source.toJSON()).slice(2, -2)}` : "Write out what it stands for.";
    this.#complain("yaml/bad-key", "merge keys (<<) are not read", fix, offset);
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
          ? starFault(this.#source.text, start, this.#patternFields)
          : { message: `*${alias.source} contains itself`, fix: "Write out what is meant." };
      this.#complain("yaml/aliases", message, fix, start);
      this.#isBroken = true;
      return nothing;
    }
    this.#aliasDepth++;
    const { value, place } = this.read(target, undefined, start);
    this.#aliasDepth--;
    // What is wrong behind an alias is shown where the alias is: that is the entry to which it matters.
    return { value, place: placedAt(start, key, place) };
  }

  #isWithinLimits(start: number): boolean {
    if (this.#aliasDepth > 0) this.#repeated++;
    if (this.#repeated > limits.repeatedValues) {
      this.#complain(
        "yaml/aliases",
        `aliases repeat more than ${limits.repeatedValues} values`,
        "Write out what is meant.",
        start,
      );
      this.#isBroken = true;
    } else if (this.#open.size >= limits.levels) {
      this.#complain("yaml/too-deep", "this is nested too deeply", `At most ${limits.levels} levels are read.`, start);
      this.#isBroken = true;
    }
    return !this.#isBroken;
  }

  #complain(rule: ReadingRuleId, message: string, fix: string, offset: number): void {
    this.problems.push(this.#source.place({ rule, severity: "error", message, fix }, offset));
  }
}

function isNumber(node: unknown): boolean {
  return isScalar(node) && typeof node.value === "number";
}

/** What a comma cuts off a number: in `{ monthly: 1,000 }`, 000 is a key without a value. */
function piecesOfNumber(items: readonly Pair[], from: number): string[] {
  const pieces = items.slice(from).map(({ key, value }) => (value === null && isScalar(key) ? key.source : undefined));
  const end = pieces.findIndex((piece) => piece === undefined || !/^\d+$/.test(piece));
  return pieces.slice(0, end < 0 ? undefined : end) as string[];
}

/** The same parts, all of them at one place. */
function placedAt(value: number, key: number | undefined, { parts }: Place): Place {
  return { value, key, parts: new Map([...parts].map(([name, part]) => [name, placedAt(value, undefined, part)])) };
}
