import { itemsOf, membersOf } from "../../document/draft";
import type { Path } from "../../document/path";
import { canonicalPrefix } from "../check-prefix";
import { avoidListsOf, cloudMirrorsOf, type Draft, type DraftClients } from "../draft";
import type { Rule } from "../rule";

/** No list has an entry twice. */
export const listRepeated: Rule = {
  id: "list/repeated",
  severity: "error",
  reason: "The second of two equal entries was meant to be another one.",
  *check(draft) {
    for (const list of listsOf(draft)) {
      const seen = new Set<string>();
      for (const { path, text, same = text } of list) {
        if (seen.has(same)) {
          yield { path, message: `${text} is in this list already`, fix: "Take it out, or correct it." };
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
  /** What is the same for equal entries, however they are written. @default `text` */
  readonly same?: string;
}

/** The lists that are sets; those of `networks` are another rule's. */
function* listsOf(draft: Draft): Iterable<readonly Item[]> {
  for (const [host, { serves, metadata }] of membersOf(draft.hosts)) {
    yield plain(["hosts", host, "serves"], serves);
    for (const list of ["add", "remove"] as const) {
      yield plain(["hosts", host, "metadata", list], metadata?.[list]).map(anyCase);
    }
  }
  yield plain(["dns", "published-at"], draft.dns?.["published-at"]);
  for (const [key, regions] of membersOf(draft.redirector?.["runs-at"])) {
    yield plain(["redirector", "runs-at", key], regions);
  }
  for (const { mirror, mirrorPath } of cloudMirrorsOf(draft)) {
    yield plain([...mirrorPath, "serves"], mirror.serves);
    const { registry } = mirror;
    if (registry !== undefined && "repositories" in registry) {
      yield plain([...mirrorPath, "registry", "repositories"], registry.repositories);
    }
  }
  for (const { path, entries } of avoidListsOf(draft)) {
    yield entries.flatMap(([index, entry]) => avoided([...path, index], entry));
  }
}

/** Names of files are the same in any case. */
function anyCase(item: Item): Item {
  return { ...item, same: item.text.toLowerCase() };
}

function plain(path: Path, list: readonly (string | undefined)[] | undefined): Item[] {
  return itemsOf(list).map(([index, text]) => ({ path: [...path, index], text }));
}

/** All entries of one `avoid` are one list: whether they stand together or apart makes no difference. */
function avoided(path: Path, entry: DraftClients): Item[] {
  if ("asn" in entry) {
    return itemsOf(entry.asn).map(([item, asn]) => ({ path: [...path, "asn", item], text: `AS ${asn}` }));
  }
  if ("country" in entry) return plain([...path, "country"], entry.country);
  if (!("prefixes" in entry)) return [];
  return plain([...path, "prefixes"], entry.prefixes).map((item) => ({ ...item, same: canonicalPrefix(item.text) }));
}
