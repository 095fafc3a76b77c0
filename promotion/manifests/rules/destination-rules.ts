import { itemsOf } from "../../../document/draft";
import { formatCount } from "../../../document/format-count";
import type { ListRule } from "../manifest-rule";

/** A registry or a store of files, without its invalid parts. */
interface Entry {
  readonly src?: boolean | undefined;
  readonly name?: string | undefined;
  readonly base?: string | undefined;
}

type EntriesDraft = readonly (Entry | undefined)[];

/**
 * The rules for a list that holds one source and its destinations.
 *
 * @param what one of them: `registry`
 * @param field the field that says where it is
 */
export function destinationRules(
  what: string,
  whats: string,
  field: "name" | "base",
): readonly ListRule<EntriesDraft>[] {
  const placesOf: PlacesOf = (draft) =>
    itemsOf(draft).map(([index, entry]) => ({
      index,
      isSource: entry.src === true,
      name: entry[field]?.replace(/\/+$/, ""),
    }));
  return [
    oneSource(what, placesOf),
    noDestination(whats, placesOf),
    repeated(field, placesOf),
    nested(field, placesOf),
  ];
}

interface Place {
  readonly index: number;
  readonly isSource: boolean;
  readonly name: string | undefined;
}

type PlacesOf = (draft: EntriesDraft) => readonly Place[];

function oneSource(what: string, placesOf: PlacesOf): ListRule<EntriesDraft> {
  return {
    id: "manifest/one-source",
    severity: "error",
    reason: "Artifacts are read from one place, their staging area.",
    *check(draft) {
      const sources = placesOf(draft).filter(({ isSource }) => isSource);
      if (sources.length === 0 && draft.length > 0) {
        const message = `no ${what} here is the source`;
        yield { path: [], target: "key", message, fix: "Write `src: true` at the staging area." };
      }
      for (const { index } of sources.slice(1)) {
        const message = `there is a second source ${what}`;
        yield { path: [index, "src"], message, fix: "Keep `src: true` at one of them." };
      }
    },
  };
}

function noDestination(whats: string, placesOf: PlacesOf): ListRule<EntriesDraft> {
  return {
    id: "manifest/no-destination",
    severity: "error",
    reason: "Without a destination nothing is promoted.",
    *check(draft) {
      const places = placesOf(draft);
      if (places.length === 0 || places.some(({ isSource }) => !isSource)) return;
      yield { path: [], target: "key", message: `there is no destination among these ${whats}`, fix: "Add one." };
    },
  };
}

function repeated(field: string, placesOf: PlacesOf): ListRule<EntriesDraft> {
  return {
    id: "manifest/repeated-place",
    severity: "error",
    reason: "Each place is listed once, as the source or as a destination.",
    *check(draft) {
      const places = placesOf(draft);
      for (const { index, name } of places) {
        const first = places.find((other) => other.name === name);
        if (name === undefined || first === undefined || first.index === index) continue;
        yield { path: [index, field], message: `${name} is listed twice`, fix: "Keep one of the two." };
      }
    },
  };
}

function nested(field: string, placesOf: PlacesOf): ListRule<EntriesDraft> {
  return {
    id: "manifest/nested-destinations",
    severity: "warning",
    reason:
      "One repository then has two names: image `kubernetes/pause` below the outer destination, and `pause` below the inner one.",
    *check(draft) {
      const destinations = placesOf(draft).filter(({ isSource }) => !isSource);
      const names = new Set(destinations.map(({ name }) => name));
      const inner = destinations.filter(({ name = "" }) => parentsOf(name).some((parent) => names.has(parent)));
      const [first] = inner;
      if (first === undefined) return;
      const message = `${first.name} lies inside another destination of this list${inner.length > 1 ? `, as ${formatCount(inner.length - 1, "other")} do${inner.length === 2 ? "es" : ""}` : ""}`;
      const fix = "Keep image names apart, so that no two images share a repository.";
      yield { path: [first.index, field], message, fix };
    },
  };
}

/** `a/b/c`: `a/b` and `a`. */
function parentsOf(name: string): string[] {
  const parts = name.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, parts.length - 1 - index).join("/"));
}
