import { membersOf } from "../document/draft";
import { findNearest } from "../document/find-nearest";
import type { Path } from "../document/path";
import type { Finding } from "../document/rule";
import { suggestWord } from "../document/suggest-word";
import type { Inventory } from "../inventory/inventory";
import type { DraftFacts } from "./facts-rule";

/** What a key of `deployed.yaml` refers to. */
export type KeyKind = "provider" | "region" | "host";

/** A key that must exist in the inventory. */
interface Key {
  readonly kind: KeyKind;
  readonly path: Path;
  readonly name: string;
  readonly known: readonly string[];
}

/** Finds the keys of one kind that the inventory does not have. Keys of an unknown provider are not reported. */
export function findUnknownKeys(kind: KeyKind, facts: DraftFacts, inventory: Inventory): Finding[] {
  return keysOf(facts, inventory)
    .filter((key) => key.kind === kind && !key.known.includes(key.name))
    .map(({ path, name, known }) => ({
      path,
      target: "key",
      message: `the inventory has no ${kind} "${name}" here${suggestWord(findNearest(name, known))}`,
      fix: "Correct it, or remove it if it is no longer deployed.",
    }));
}

function keysOf(facts: DraftFacts, inventory: Inventory): Key[] {
  const hosts = inventory.hosts.map(({ name }) => name);
  const providers = inventory.providers.map(({ key }) => key);
  return membersOf(facts).flatMap(([provider, { targets, validations, distributions }]) => {
    const runsAt = inventory.redirector.runsAt.find((placement) => placement.provider === provider)?.regions ?? [];
    const mirrors = inventory.providers.find(({ key }) => key === provider)?.mirrors.map(({ key }) => key) ?? [];
    const provided: Key = { kind: "provider", path: [provider], name: provider, known: providers };
    if (!providers.includes(provider)) return [provided];
    return [
      ...keysIn("region", [provider, "targets"], targets, runsAt),
      ...membersOf(targets).flatMap(([region, names]) => keysIn("host", [provider, "targets", region], names, hosts)),
      ...keysIn("host", [provider, "validations"], validations, hosts),
      ...keysIn("region", [provider, "distributions"], distributions, mirrors),
    ];
  });
}

function keysIn(kind: KeyKind, path: Path, record: object | undefined, known: readonly string[]): Key[] {
  return Object.keys(record ?? {}).map((name) => ({ kind, path: [...path, name], name, known }));
}
