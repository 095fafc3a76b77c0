import { cloudMirrorsOf, type Draft, itemsOf, membersOf } from "../draft";
import type { Path } from "../path";
import type { Rule } from "./rule";

/** No list has an entry twice. */
export const listRepeated: Rule = {
  id: "list/repeated",
  severity: "error",
  reason: "The second of two equal entries was meant to be another one.",
  *check(draft) {
    for (const [path, list] of listsOf(draft)) {
      const seen = new Set<string>();
      for (const [index, item] of itemsOf(list)) {
        if (seen.has(item)) {
          yield {
            path: [...path, index],
            message: `${item} is in this list already`,
            wayOut: "Take it out, or correct it.",
          };
        }
        seen.add(item);
      }
    }
  },
};

/** The lists that are sets; those of `networks` are another rule's. */
function* listsOf(draft: Draft): Iterable<readonly [Path, readonly (string | undefined)[]]> {
  for (const [host, { serves }] of membersOf(draft.hosts)) yield [["hosts", host, "serves"], serves ?? []];
  yield [["dns", "published-at"], draft.dns?.["published-at"] ?? []];
  for (const [key, regions] of membersOf(draft.redirector?.["runs-at"]))
    yield [["redirector", "runs-at", key], regions];
  for (const { mirror, mirrorPath } of cloudMirrorsOf(draft)) {
    yield [[...mirrorPath, "serves"], mirror.serves ?? []];
    const { registry } = mirror;
    if (registry !== undefined && "repositories" in registry) {
      yield [[...mirrorPath, "registry", "repositories"], registry.repositories ?? []];
    }
  }
}
