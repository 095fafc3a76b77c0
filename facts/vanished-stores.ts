import { itemsOf, membersOf } from "../document/draft";
import { findNearest } from "../document/find-nearest";
import type { Path } from "../document/path";
import type { Inventory } from "../inventory/inventory";
import type { DraftFacts } from "./facts-rule";

/** A deployed bucket or registry that is not in the inventory. */
export interface VanishedStore {
  readonly provider: string;
  readonly kind: "bucket" | "registry";
  readonly region: string;
  /** The region of the inventory that is probably meant, if this one is misspelt. */
  readonly meant: string | undefined;
  readonly path: Path;
}

/** Finds the stores of a draft that are not in the inventory. */
export function findVanishedStores(facts: DraftFacts, inventory: Inventory): VanishedStore[] {
  return membersOf(facts).flatMap(([provider, { stores }]) => {
    const mirrors = inventory.providers.find(({ key }) => key === provider)?.mirrors ?? [];
    return (["bucket", "registry"] as const).flatMap((kind) =>
      findVanished(
        kind,
        itemsOf(stores?.[kind]),
        mirrors.filter((mirror) => kind in mirror).map(({ key }) => key),
      ).map((store) => ({ provider, ...store, path: [provider, "stores", ...store.path] })),
    );
  });
}

function findVanished(
  kind: VanishedStore["kind"],
  listed: readonly [number, string][],
  known: readonly string[],
): Omit<VanishedStore, "provider">[] {
  const unlisted = known.filter((key) => !listed.some(([, region]) => region === key));
  return listed
    .filter(([, region]) => !known.includes(region))
    .map(([index, region]) => ({ kind, region, meant: findNearest(region, unlisted), path: [kind, index] }));
}
