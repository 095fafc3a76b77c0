import { existsSync } from "node:fs";
import type { z } from "zod";
import { checkSchema, withoutUnsound } from "./check-schema";
import type { DeployedFacts } from "./deployed-facts";
import { deployedFactsSchema } from "./deployed-facts-schema";
import { itemsOf, membersOf, type Sound } from "./draft";
import type { Inventory } from "./inventory";
import { nearest } from "./nearest";
import type { Path } from "./path";
import { type Problem, sortedProblems } from "./problem";
import { readBytes, readDocument } from "./read-document";
import { deployedFactsRules } from "./rules/deployed-facts-rules";

/** Deployed facts with warnings, or all that keeps them from being used. */
export type DeployedFactsReading =
  | { readonly ok: true; readonly facts: DeployedFacts; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads `deployed.yaml`. A missing file means that nothing was deployed yet. Never throws. */
export function readDeployedFacts(path: string, inventory: Inventory): DeployedFactsReading {
  if (!existsSync(path)) return { ok: true, facts: {}, problems: [] };
  const bytes = readBytes(path);
  return bytes instanceof Uint8Array ? parseDeployedFacts(bytes, path, inventory) : { ok: false, problems: [bytes] };
}

/**
 * Reads deployed facts from a file's bytes: every problem at once. What the inventory does not have (any more) is a
 * warning: the loss of a mirror must not keep the others from being changed.
 */
export function parseDeployedFacts(text: Uint8Array, file: string, inventory: Inventory): DeployedFactsReading {
  const document = readDocument(text, file);
  if (!document.ok) return { ok: false, problems: sortedProblems(document.problems) };
  const value = document.value ?? {};
  const refused = checkSchema(deployedFactsSchema, value);
  const facts = withoutUnsound(value, refused) as DraftFacts;
  const problems = sortedProblems([
    ...document.problems,
    ...refused.map(({ rule, message, wayOut, path, target }) =>
      document.problem({ rule, severity: "error", message, wayOut }, path, target),
    ),
    ...unknownKeys(facts, inventory).map((key) => document.problem(complaintOf(key), key.path, "key")),
    ...usedInVain(facts, inventory).map((provider) =>
      document.problem(withoutCredits(provider), [provider, "used"], "key"),
    ),
    ...vanishedStores(facts, inventory).map(({ path, ...store }) => document.problem(vanished(store), path, "value")),
  ]);
  if (problems.some(({ severity }) => severity === "error")) return { ok: false, problems };
  return { ok: true, facts: value as DeployedFacts, problems };
}

/** Facts in which any part may be missing. */
type DraftFacts = Sound<z.input<typeof deployedFactsSchema>> | undefined;

/** A key that is to be found in the inventory. */
interface Key {
  readonly kind: Exclude<keyof typeof deployedFactsRules, "store" | "used">;
  readonly path: Path;
  readonly name: string;
  readonly known: readonly string[];
}

function unknownKeys(facts: DraftFacts, inventory: Inventory): Key[] {
  return keysOf(facts, inventory).filter(({ name, known }) => !known.includes(name));
}

function complaintOf({ kind, name, known }: Key) {
  const meant = nearest(name, known);
  return {
    rule: deployedFactsRules[kind].id,
    severity: deployedFactsRules[kind].severity,
    message: `the inventory has no ${kind} "${name}" here${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    wayOut: "Correct it, or take it out if it is not deployed any more.",
  };
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
      ...keys("region", [provider, "targets"], targets, runsAt),
      ...membersOf(targets).flatMap(([region, names]) => keys("host", [provider, "targets", region], names, hosts)),
      ...keys("host", [provider, "validations"], validations, hosts),
      ...keys("region", [provider, "distributions"], distributions, mirrors),
    ];
  });
}

/** The providers of the inventory that give without a limit, and of which something was used. */
function usedInVain(facts: DraftFacts, inventory: Inventory): string[] {
  const unlimited = inventory.providers.filter(({ credits }) => credits === undefined).map(({ key }) => key);
  return membersOf(facts).flatMap(([key, { used }]) => (used !== undefined && unlimited.includes(key) ? [key] : []));
}

function withoutCredits(provider: string) {
  return {
    rule: deployedFactsRules.used.id,
    severity: deployedFactsRules.used.severity,
    message: `the inventory has no credits of ${provider}, against which this could be held`,
    wayOut: "Write its credits into the inventory, or take this out.",
  };
}

/** A bucket or registry that was deployed and is not in the inventory. */
interface Store {
  readonly provider: string;
  readonly kind: "bucket" | "registry";
  readonly region: string;
  readonly path: Path;
}

function vanished({ provider, kind, region }: Omit<Store, "path">) {
  return {
    rule: deployedFactsRules.store.id,
    severity: deployedFactsRules.store.severity,
    message: `the ${kind} of ${provider}/${region} holds artifacts, and is not in the inventory: it would be destroyed`,
    wayOut: "Put it back with state: retired, and apply; then take it out here and there.",
  };
}

function vanishedStores(facts: DraftFacts, inventory: Inventory): Store[] {
  return membersOf(facts).flatMap(([provider, { stores }]) => {
    const mirrors = inventory.providers.find(({ key }) => key === provider)?.mirrors ?? [];
    return (["bucket", "registry"] as const).flatMap((kind) =>
      itemsOf(stores?.[kind]).flatMap(([index, region]) => {
        const mirror = mirrors.find(({ key }) => key === region);
        const isThere = mirror !== undefined && kind in mirror;
        return isThere ? [] : [{ provider, kind, region, path: [provider, "stores", kind, index] }];
      }),
    );
  });
}

function keys(kind: Key["kind"], path: Path, record: object | undefined, known: readonly string[]): Key[] {
  return Object.keys(record ?? {}).map((name) => ({ kind, path: [...path, name], name, known }));
}
