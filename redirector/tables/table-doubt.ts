import type { Endpoints } from "../../routing/endpoints";
import type { OriginGap } from "../../routing/origin-gaps";
import type { RoutingTableContent, TableMirror } from "../../routing/routing-table";
import { isUndeployed } from "./is-undeployed";

/** What is looked at of a table before it may replace another. */
export type ReplaceableContent = Pick<RoutingTableContent, "fallback" | "issued" | "prefixes" | "hosts"> & {
  readonly mirrors: readonly Pick<TableMirror, "state" | "planned" | keyof Endpoints>[];
  /** How many words of the prefix table are answers, whatever the content says. @default not known */
  readonly answering?: number;
  /** What the hosts serve but the origin has no address for: see `originGaps`. @default nothing */
  readonly missing?: readonly OriginGap["kind"][];
};

/** The share of prefixes or mirrors whose loss is suspicious: a third. */
const suspiciousLoss = 1 / 3;

/** How far clocks of well-kept machines never differ, in milliseconds: a day. */
const largestLead = 86_400_000;

/**
 * Mirrors that serve: draining ones too, which keep their own region's clients, but none that is not deployed. A table
 * compiled without `deployed.yaml` has all mirrors, but no clients for them.
 */
function serving({ mirrors }: ReplaceableContent): number {
  return mirrors.filter((mirror) => mirror.state !== "retired" && !isUndeployed(mirror)).length;
}

/** What hosts served, but no longer do: `files at dl.example.org`. */
function lostHosts(inForce: ReplaceableContent, offered: ReplaceableContent): string[] {
  const served = ({ hosts }: ReplaceableContent) =>
    hosts.flatMap(({ name, serves }) => serves.map((kind) => `${kind} at ${name}`));
  const now = new Set(served(offered));
  return served(inForce).filter((each) => !now.has(each));
}

function lostTooMany(before: number, after: number): boolean {
  return before - after >= before * suspiciousLoss;
}

const fix = "if that is meant, start the redirector anew with it";

const count = (number: number): string => number.toLocaleString("en-GB");

/**
 * Why a table should not replace the one in force; undefined where nothing speaks against it. A table that was cut
 * short or compiled from half its inputs is whole by its checksum, and shows only beside the one before.
 *
 * One mirror may always go, however few there are: that is how a sick one is taken out.
 *
 * @param now milliseconds since 1970
 */
export function tableDoubt(inForce: ReplaceableContent, offered: ReplaceableContent, now: number): string | undefined {
  const issued = Date.parse(offered.issued);
  if (Number.isNaN(issued)) return `it does not say when it was issued (${JSON.stringify(offered.issued)})`;
  if (issued < Date.parse(inForce.issued)) {
    return `it is older (${offered.issued}) than the one in force (${inForce.issued})`;
  }
  // In force, it would make every table of the days between look old.
  if (issued > now + largestLead) return `it was issued in the future (${offered.issued}): a clock is wrong`;
  if (offered.fallback)
    return "it is a fallback table, which only has the origin: put a table written by `mirrorform table` there";
  if (inForce.hosts.length > 0 && offered.hosts.length === 0) return `it serves no host any more; ${fix}`;
  const lostByOrigin = (offered.missing ?? []).filter((kind) => !inForce.missing?.includes(kind));
  if (lostByOrigin.length > 0) {
    return `its origin has no address for ${lostByOrigin.join(" and ")} any more: was it compiled without deployed.yaml? ${fix}`;
  }
  if (inForce.fallback) return undefined;
  const lost = lostHosts(inForce, offered);
  if (lost.length > 0) return `it no longer serves ${lost.join(", ")}; ${fix}`;
  if (inForce.answering && lostTooMany(inForce.answering, offered.answering ?? 0)) {
    const numbers = `${count(offered.answering ?? 0)} entries after ${count(inForce.answering)}`;
    return `a third or more of the prefix table is gone, ${numbers}; ${fix}`;
  }
  if (inForce.prefixes > 0 && lostTooMany(inForce.prefixes, offered.prefixes)) {
    const numbers = `${count(offered.prefixes)} after ${count(inForce.prefixes)}`;
    return `a third of the prefixes or more are gone, ${numbers}; ${fix}`;
  }
  const [before, after] = [serving(inForce), serving(offered)];
  if (before - after > 1 && lostTooMany(before, after)) {
    return `a third of the mirrors that serve or more are gone, ${count(after)} after ${count(before)}; ${fix}`;
  }
  return undefined;
}
