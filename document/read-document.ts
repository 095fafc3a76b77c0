import { readFileSync, statSync } from "node:fs";
import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { flowText } from "./flow-text";
import type { Path, Target } from "./path";
import { type Complaint, type Problem, problemOfFile, SourceText } from "./problem";
import type { ReadingRuleId } from "./reading-rules";
import { starFault, syntaxComplaints } from "./syntax-complaint";

/** A YAML file that could be read: its value, and where each part of it is written. */
export interface YamlDocument {
  readonly ok: true;
  /** Mappings, lists, text, numbers, truth values and null, and nothing else. */
  readonly value: unknown;
  /** Problems that leave a value to look at: a key that is there twice. */
  readonly problems: readonly Problem[];
  /** The problem of this complaint, at the place of this value; of what is missing, at what it is missing from. */
  problem(complaint: Complaint, path: Path, target: Target): Problem;
}

/** A file that could not be read as YAML, and why. */
export interface NoDocument {
  readonly ok: false;
  readonly problems: readonly Problem[];
}

/** Where one value is written, and where its parts are. */
interface Place {
  readonly value: number;
  /** The key in front of the value; none in lists and at the top. */
  readonly key: number | undefined;
  readonly parts: ReadonlyMap<string | number, Place>;
}

/** Far above any inventory (every region of three clouds is 10 KB), and parsed in a few seconds even if it is rubbish. */
const mostBytes = 1024 * 1024;
/** An inventory is six levels deep. */
const mostLevels = 50;
/** Values that aliases may repeat: enough for any honest use, and no amplifier of memory. */
const mostRepeated = 10_000;
/** A text that is no YAML can have as many errors as characters. */
const mostSyntaxErrors = 100;

const complaint = (rule: ReadingRuleId, message: string, fix: string): Complaint => ({
  rule,
  severity: "error",
  message,
  fix,
});

/** Reads a file's bytes; that it is missing, a directory, forbidden or too large is a problem like any other. */
export function readBytes(path: string, most = mostBytes): Uint8Array | Problem {
  try {
    const { size } = statSync(path);
    return size > most ? problemOfFile(path, tooLarge(size)) : readFileSync(path);
  } catch (error) {
    return problemOfFile(path, unreadable((error as NodeJS.ErrnoException).code));
  }
}

function unreadable(code: string | undefined): Complaint {
  const fix = "Name another file with --inventory, or make this one readable.";
  if (code === "ENOENT") {
    const other = "Run this in the folder that has the file, or name another one with --inventory.";
    return complaint("file/unreadable", "there is no such file", other);
  }
  if (code === "EISDIR") return complaint("file/unreadable", "this is a directory", fix);
  return complaint("file/unreadable", `the file cannot be read (${code ?? "unknown error"})`, fix);
}

function tooLarge(bytes: number): Complaint {
  return complaint(
    "file/too-large",
    `the file has ${bytes} bytes; at most ${mostBytes} are read`,
    "Name the right file.",
  );
}

/** Parses YAML and remembers where everything is. Never throws, whatever the bytes are. */
export function readDocument(bytes: Uint8Array, file: string): YamlDocument | NoDocument {
  if (bytes.length > mostBytes) return { ok: false, problems: [problemOfFile(file, tooLarge(bytes.length))] };
  const text = decoded(bytes);
  if (typeof text !== "string") {
    const fix = "Save the file as UTF-8.";
    const message = `byte ${text.offset + 1}, on line ${text.line}, is not UTF-8`;
    const problem = { ...problemOfFile(file, complaint("file/not-utf8", message, fix)), line: text.line };
    return { ok: false, problems: [problem] };
  }
  return parsed(new SourceText(file, text));
}

/** The text, or the first byte that is not UTF-8; or that is 0, as every other byte of a text in UTF-16 is. */
function decoded(bytes: Uint8Array): string | { offset: number; line: number } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const zero = bytes.indexOf(0);
    return zero < 0 ? text : { offset: zero, line: lineOf(bytes, zero) };
  } catch {
    const lenient = new TextEncoder().encode(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
    const offset = bytes.findIndex((byte, index) => byte !== lenient[index]);
    return { offset, line: lineOf(bytes, offset) };
  }
}

function lineOf(bytes: Uint8Array, offset: number): number {
  return bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length + 1;
}

function parsed(source: SourceText): YamlDocument | NoDocument {
  // Duplicate keys are found below: the parser compares every key with every other. The schema is that of YAML 1.2,
  // whatever a `%YAML 1.1` says, in which `no` is false and a date is no text.
  const options = {
    schema: "core",
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
  } as const;
  const document = parseDocument(source.text, options);
  const faults = syntaxComplaints(source.text, [...document.errors, ...document.warnings].slice(0, mostSyntaxErrors));
  if (faults.length > 0) {
    const problems = faults.map(({ offset, ...fault }) => source.problem({ ...fault, severity: "error" }, offset));
    return { ok: false, problems };
  }
  const reader = new NodeReader(source);
  const { value, place } = reader.read(document.contents, undefined, 0);
  if (reader.isBroken) return { ok: false, problems: reader.problems };
  return {
    ok: true,
    value,
    problems: reader.problems,
    problem: (what, path, target) => source.problem(what, offsetOf(place, path, target)),
  };
}

/** Where a path leads as far as it exists. A mapping's or list's place is its key: the value begins with its first part. */
function offsetOf(top: Place, path: Path, target: Target): number {
  let place = top;
  for (const part of path) {
    const next = place.parts.get(part);
    if (next === undefined) return place.key ?? place.value;
    place = next;
  }
  return target === "key" || place.parts.size > 0 ? (place.key ?? place.value) : place.value;
}

/** Turns the parser's nodes into plain values, and notes their places. */
class NodeReader {
  public readonly problems: Problem[] = [];
  /** Whether a problem leaves no value that is worth looking at. */
  public isBroken = false;
  private readonly anchors = new Map<string, Node>();
  private readonly open = new Set<Node>();
  private repeated = 0;
  private aliasDepth = 0;

  public constructor(private readonly source: SourceText) {}

  /** The value of a node, of which the key (if any) and the whole around it begin at these characters. */
  public read(node: unknown, key: number | undefined, around: number): { value: unknown; place: Place } {
    const start = (isNode(node) ? node.range?.[0] : undefined) ?? key ?? around;
    const nothing = { value: null, place: { value: start, key, parts: new Map() } };
    if (!isNode(node) || this.isBroken || !this.isWithinLimits(start)) return nothing;
    if (isAlias(node)) return this.readAlias(node, key, nothing);
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    this.open.add(node);
    const read = this.readParts(node, start, key) ?? nothing;
    this.open.delete(node);
    return read;
  }

  private readParts(node: Node, start: number, key: number | undefined) {
    if (isMap(node)) return this.readMap(node as YAMLMap, start, key);
    if (isSeq(node)) return this.readList(node.items, start, key);
    return isScalar(node) ? { value: node.value, place: { value: start, key, parts: new Map() } } : undefined;
  }

  private readMap({ items, flow = false }: YAMLMap, start: number, key: number | undefined) {
    const parts = new Map<string, Place>();
    const entries: [string, unknown][] = [];
    for (let index = 0; index < items.length; index++) {
      const pair = items[index] as Pair;
      const name = this.keyOf(pair, start);
      if (name === undefined) continue;
      const pieces = flow && isNumber(pair.value) ? piecesOfNumber(items, index + 1) : [];
      index += pieces.length;
      const { value, place } = this.read(pair.value, name.offset, start);
      if (parts.has(name.text)) {
        this.complain(
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
  private keyOf(pair: Pair, start: number): { text: string; offset: number } | undefined {
    const offset = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? start;
    const key = isScalar(pair.key) ? pair.key : undefined;
    const text = key?.source ?? key?.value;
    const isMerge = text === "<<" && key?.type === "PLAIN";
    if (typeof text === "string" && text !== "" && text !== "__proto__" && !isMerge) return { text, offset };
    if (isMerge) this.complainOfMerge(pair, offset);
    else this.complain("yaml/bad-key", "this cannot be a key", "Write a name in front of the colon.", offset);
    return undefined;
  }

  /** `<<: *base` merged another mapping's members in YAML 1.1; YAML 1.2 does not have it. */
  private complainOfMerge(pair: Pair, offset: number): void {
    const source = isAlias(pair.value) ? this.anchors.get(pair.value.source) : pair.value;
    const isShort = isMap(source) && source.items.length <= 5 && source.items.every(({ value }) => isScalar(value));
    const fix = isShort ? `Write ${flowText(source.toJSON()).slice(2, -2)}` : "Write out what it stands for.";
    this.complain("yaml/bad-key", "merge keys (<<) are not read", fix, offset);
  }

  private readList(items: readonly unknown[], start: number, key: number | undefined) {
    const read = items.map((item) => this.read(item, undefined, start));
    const parts = new Map(read.map(({ place }, index) => [index, place]));
    return { value: read.map(({ value }) => value), place: { value: start, key, parts } };
  }

  private readAlias(alias: Alias, key: number | undefined, nothing: { value: unknown; place: Place }) {
    const start = nothing.place.value;
    const target = this.anchors.get(alias.source);
    if (target === undefined || this.open.has(target)) {
      const { message, fix } =
        target === undefined
          ? starFault(this.source.text, start)
          : { message: `*${alias.source} contains itself`, fix: "Write out what is meant." };
      this.complain("yaml/aliases", message, fix, start);
      this.isBroken = true;
      return nothing;
    }
    this.aliasDepth++;
    const { value, place } = this.read(target, undefined, start);
    this.aliasDepth--;
    // What is wrong behind an alias is shown where the alias is: that is the entry to which it matters.
    return { value, place: placedAt(start, key, place) };
  }

  private isWithinLimits(start: number): boolean {
    if (this.aliasDepth > 0) this.repeated++;
    if (this.repeated > mostRepeated) {
      this.complain(
        "yaml/aliases",
        `aliases repeat more than ${mostRepeated} values`,
        "Write out what is meant.",
        start,
      );
      this.isBroken = true;
    } else if (this.open.size >= mostLevels) {
      this.complain("yaml/too-deep", "this is nested too deeply", `At most ${mostLevels} levels are read.`, start);
      this.isBroken = true;
    }
    return !this.isBroken;
  }

  private complain(rule: ReadingRuleId, message: string, fix: string, offset: number): void {
    this.problems.push(this.source.problem(complaint(rule, message, fix), offset));
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
