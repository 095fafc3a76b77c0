import type { Path } from "../document/path";
import type { CloudMirror, Inventory } from "../inventory/inventory";
import type { DeployedFacts, Deployment } from "./deployed-facts";

/** What may explain that a fact is no longer there. */
export interface LossContext {
  /** The inventory now. */
  readonly inventory: Inventory;
  /** The inventory of the base commit. @default not readable: it explains nothing */
  readonly base: Inventory | undefined;
  /** The current month, YYYY-MM in UTC. */
  readonly month: string;
}

type Leaf = readonly [path: readonly string[], value: unknown];

/**
 * Finds what `deployed.yaml` had in a base commit and has no longer, without what a reviewed change explains: a store that was already
 * retired there, a host or a region that is no longer in the inventory, a provider that was already emptied there, a past month. Of
 * several facts that are lost together, the one that contains them is reported: an empty path is the file.
 *
 * What a provider was deployed with is also lost if it changed, apart from the place of the state, which can be moved.
 */
export function findLostFacts(before: DeployedFacts, after: DeployedFacts, context: LossContext): Path[] {
  const lost = leavesOf(before).filter(
    ([path, value]) => isLost(path, value, after) && !isExplained(path, value, context),
  );
  const places = lost.map(([path]) => findHighestMissing(path, after));
  return [...new Map(places.map((path) => [JSON.stringify(path), path])).values()];
}

/** The values of nested mappings, and the items of lists as if they were keys. */
function leavesOf(value: unknown, path: readonly string[] = []): Leaf[] {
  if (Array.isArray(value)) return value.map((item) => [[...path, String(item)], item]);
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...path, key]));
}

function isLost(path: readonly string[], value: unknown, after: DeployedFacts): boolean {
  if (!hasPath(path, after)) return true;
  const [provider = "", fact, field] = path;
  if (fact !== "deployment" || field === "state") return false;
  return after[provider]?.deployment?.[field as keyof Deployment] !== value;
}

function hasPath(path: readonly string[], facts: unknown): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  if (Array.isArray(facts)) return facts.map(String).includes(key);
  if (typeof facts !== "object" || facts === null || !Object.hasOwn(facts, key)) return false;
  return hasPath(rest, (facts as Record<string, unknown>)[key]);
}

/** The shortest part of a path that is not there. */
function findHighestMissing(path: readonly string[], facts: DeployedFacts): readonly string[] {
  if (Object.keys(facts).length === 0) return [];
  const lengths = path.map((_, index) => index + 1);
  const length = lengths.find((each) => !hasPath(path.slice(0, each), facts)) ?? path.length;
  return path.slice(0, length);
}

function isExplained([key = "", fact = "", ...rest]: readonly string[], value: unknown, context: LossContext): boolean {
  const now = context.inventory.providers.find((provider) => provider.key === key);
  const then = context.base?.providers.find((provider) => provider.key === key);
  if (fact === "used") return rest[0] !== "month" || String(value) < context.month || now?.credits === undefined;
  if (then === undefined || then.cloud === "external") return false;
  const wasEmptied = then.state === "emptied";
  if (fact === "stores") return wasEmptied || isRetired(then.mirrors, rest[1]);
  if (now === undefined || now.cloud === "external") return wasEmptied;
  const { redirector, hosts, dns, promotion } = context.inventory;
  const regions = redirector.runsAt.find(({ provider }) => provider === key)?.regions ?? [];
  const hasHost = (host: string | undefined) => hosts.some(({ name }) => name === host);
  switch (fact) {
    case "deployment":
      return rest[0] === "zone" && !dns.publishedAt.includes(key);
    case "distributions":
      return !now.mirrors.some((mirror) => mirror.region === rest[0] && isBehindCdn(mirror));
    case "alias":
      return now.state === "emptied" || !now.mirrors.some((mirror) => mirror.registry && mirror.state !== "retired");
    case "addresses":
      return regions.length === 0;
    case "targets":
      return !regions.includes(rest[0] ?? "") || !hasHost(rest[1]);
    case "validations":
      return regions.length === 0 || !hasHost(rest[0]);
    case "promoter":
    case "planner":
      return (
        now.state === "emptied" || (promotion.runsIn.github === undefined && promotion.runsIn.cloudRun === undefined)
      );
    default:
      return false;
  }
}

function isRetired(mirrors: readonly CloudMirror[], region: string | undefined): boolean {
  return mirrors.some((mirror) => mirror.region === region && mirror.state === "retired");
}

function isBehindCdn(mirror: CloudMirror): boolean {
  const { bucket } = mirror as CloudMirror & { readonly bucket?: { readonly access?: string } };
  return mirror.state !== "retired" && bucket?.access !== "direct" && bucket !== undefined;
}
