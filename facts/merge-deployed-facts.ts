import { type Document, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { StoreKind } from "./deployed-facts";

/** The outputs of one stack that are deployed facts of a provider, by the output's name, as Terraform prints them. */
export interface StackFacts {
  readonly provider: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** One value that is new or has changed. */
export interface FactChange {
  readonly path: readonly string[];
  /** Absent for new values. */
  readonly before?: unknown;
  readonly after: unknown;
}

/** A store that is deployed but not listed in `deployed.yaml`. */
export interface UnlistedStore {
  readonly provider: string;
  readonly kind: StoreKind;
  readonly region: string;
}

/** The result of a merge into `deployed.yaml`. */
export interface MergedFacts {
  readonly text: string;
  readonly changes: readonly FactChange[];
  readonly unlisted: readonly UnlistedStore[];
}

/** Wider than any handwritten line in the file. */
const lineWidth = 120;

/** The values of nested mappings, with their paths. */
function leavesOf(value: unknown, path: readonly string[]): [path: readonly string[], value: unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...path, key]));
}

class Merge {
  readonly changes: FactChange[] = [];
  readonly unlisted: UnlistedStore[] = [];

  readonly #document: Document;

  constructor(document: Document) {
    this.#document = document;
  }

  /** Sets values; never removes any. */
  set(path: readonly string[], value: unknown): void {
    const before = this.#document.getIn(path);
    if (before === value) return;
    this.#document.setIn(path, value);
    this.changes.push({ path, ...(before !== undefined && { before }), after: value });
  }

  /** Adds a store to the sorted list. */
  list({ provider, kind, region }: UnlistedStore): void {
    const path = [provider, "stores", kind];
    const list = this.#document.getIn(path);
    if (isSeq(list)) {
      const after = list.items.findIndex((item) => isScalar(item) && String(item.value) > region);
      list.items.splice(after < 0 ? list.items.length : after, 0, this.#document.createNode(region));
    } else {
      this.#document.setIn(path, this.#document.createNode([region], { flow: true }));
    }
    this.changes.push({ path: [...path, region], after: region });
  }

  isListed({ provider, kind, region }: UnlistedStore): boolean {
    const list = this.#document.getIn([provider, "stores", kind]);
    return isSeq(list) && list.items.some((item) => isScalar(item) && item.value === region);
  }
}

function storesIn(provider: string, stores: unknown): UnlistedStore[] {
  const regions = (stores ?? {}) as Partial<Record<StoreKind, readonly string[]>>;
  return (["bucket", "registry"] as const).flatMap((kind) =>
    (regions[kind] ?? []).map((region) => ({ provider, kind, region })),
  );
}

/** The first and the last offset of each top-level entry. */
function findEntries(text: string): Map<string, readonly [from: number, to: number]> {
  const { contents } = parseDocument(text);
  const keys = isMap(contents) ? contents.items.flatMap(({ key }) => (isScalar(key) && key.range ? [key] : [])) : [];
  return new Map(
    keys.map((key, index) => [String(key.value), [key.range?.[0] ?? 0, keys[index + 1]?.range?.[0] ?? text.length]]),
  );
}

/** Restores the original lines of unchanged providers in the new text. */
function restoreUnchanged(before: string, after: string, changed: ReadonlySet<string>): string {
  const old = findEntries(before);
  if (old.size === 0) return after;
  const first = Math.min(...[...old.values()].map(([from]) => from));
  const parts = [...findEntries(after)].map(([key, [from, to]]) => {
    const place = changed.has(key) ? undefined : old.get(key);
    const part = place ? before.slice(...place) : after.slice(from, to);
    return part.endsWith("\n") ? part : `${part}\n`;
  });
  return before.slice(0, first) + parts.join("");
}

/**
 * Merges stacks' outputs into the text of `deployed.yaml`. Comments and order are preserved; entries are never removed, and
 * `used` is not touched. A store is listed only if `isFilled` says so.
 *
 * @param text the current file: YAML without errors
 * @param isFilled whether a deployed but unlisted store is filled
 */
export function mergeDeployedFacts(
  text: string,
  stacks: readonly StackFacts[],
  isFilled: (store: UnlistedStore) => boolean,
): MergedFacts {
  const document = parseDocument(text, { schema: "core", version: "1.2" });
  const merge = new Merge(document);
  for (const { provider, facts } of stacks) {
    const { stores, ...others } = facts;
    for (const [path, value] of leavesOf(others, [provider])) if (path.length > 2) merge.set(path, value);
    for (const store of storesIn(provider, stores).filter((each) => !merge.isListed(each))) {
      if (isFilled(store)) merge.list(store);
      else merge.unlisted.push(store);
    }
  }
  const { changes, unlisted } = merge;
  if (changes.length === 0) return { text, changes, unlisted };
  const written = document.toString({ lineWidth });
  const changed = new Set(changes.map(({ path }) => path[0] ?? ""));
  return { text: restoreUnchanged(text, written, changed), changes, unlisted };
}
