import { itemsOf, membersOf } from "../../document/draft";
import type { Path, Target } from "../../document/path";
import { avoidListsOf, cloudMirrorsOf, type Draft, type DraftClients } from "../draft";
import { canonicalizePrefix } from "../find-prefix-problem";
import { stagingAreasOf } from "../promotion-draft";
import type { Rule } from "../rule";

/** No list has duplicate entries. */
export const listRepeated: Rule = {
  id: "list/repeated",
  severity: "error",
  reason: "A duplicate entry is usually a typing mistake.",
  *check(draft) {
    for (const list of listsOf(draft)) {
      const seen = new Set<string>();
      for (const { path, text, same = text, target = "value" } of list) {
        if (seen.has(same)) {
          yield { path, target, message: `${text} is already in this list`, fix: "Remove it, or correct it." };
        }
        seen.add(same);
      }
    }
  },
};

/** An entry of a list. */
interface Item {
  readonly path: Path;
  readonly text: string;
  /** A canonical form for comparing entries. @default `text` */
  readonly same?: string;
  /** @default "value" */
  readonly target?: Target;
}

/** All lists that must not have duplicates; another rule checks `networks`. */
function* listsOf(draft: Draft): Iterable<readonly Item[]> {
  for (const [host, { serves, metadata }] of membersOf(draft.hosts)) {
    yield itemsAt(["hosts", host, "serves"], serves);
    for (const list of ["add", "remove"] as const) {
      yield itemsAt(["hosts", host, "metadata", list], metadata?.[list]).map(ignoreCase);
    }
  }
  yield itemsAt(["dns", "published-at"], draft.dns?.["published-at"]);
  for (const [key, regions] of membersOf(draft.redirector?.["runs-at"])) {
    yield itemsAt(["redirector", "runs-at", key], regions);
  }
  for (const { mirror, mirrorPath } of cloudMirrorsOf(draft)) {
    yield itemsAt([...mirrorPath, "serves"], mirror.serves);
    const { registry } = mirror;
    if (registry !== undefined && "repositories" in registry) {
      yield itemsAt([...mirrorPath, "registry", "repositories"], registry.repositories);
    }
  }
  yield* stagingLists(draft);
  yield* promotionLists(draft);
  for (const { path, entries } of avoidListsOf(draft)) {
    yield entries.flatMap(([index, entry]) => avoidedItems([...path, index], entry));
  }
}

function* stagingLists(draft: Draft): Iterable<readonly Item[]> {
  for (const { area, path } of stagingAreasOf(draft)) {
    yield itemsAt([...path, "writers"], area.writers).map(ignoreCase);
    yield itemsAt([...path, "registry", "repositories"], area.registry?.repositories);
  }
}

function* promotionLists({ promotion }: Draft): Iterable<readonly Item[]> {
  for (const [key, project] of membersOf(promotion?.projects)) {
    const path = ["promotion", "projects", key];
    yield itemsAt([...path, "approvers"], project.approvers).map(ignoreCase);
    yield itemsAt([...path, "images-at"], project["images-at"]);
  }
  yield itemsAt(["promotion", "mutable"], promotion?.mutable);
  const { require } = promotion ?? {};
  if (typeof require === "object") yield itemsAt(["promotion", "require"], require);
  yield Object.keys(promotion?.destinations ?? {}).map((destination) => {
    const path = ["promotion", "destinations", destination];
    return { path, target: "key", text: destination, same: destination.replace(/\/+$/, "") };
  });
  for (const [destination, mirrors] of membersOf(promotion?.destinations)) {
    if (typeof mirrors === "object") yield itemsAt(["promotion", "destinations", destination], mirrors);
  }
}

/** File names, and names of people, are compared regardless of case. */
function ignoreCase(item: Item): Item {
  return { ...item, same: item.text.toLowerCase() };
}

function itemsAt(path: Path, list: readonly (string | undefined)[] | undefined): Item[] {
  return itemsOf(list).map(([index, text]) => ({ path: [...path, index], text }));
}

/** All entries of one `avoid` are one list: grouped or separate entries are equivalent. */
function avoidedItems(path: Path, entry: DraftClients): Item[] {
  if ("asn" in entry) {
    return itemsOf(entry.asn).map(([item, asn]) => ({ path: [...path, "asn", item], text: `AS ${asn}` }));
  }
  if ("country" in entry) return itemsAt([...path, "country"], entry.country);
  if (!("prefixes" in entry)) return [];
  return itemsAt([...path, "prefixes"], entry.prefixes).map((item) => ({
    ...item,
    same: canonicalizePrefix(item.text),
  }));
}
