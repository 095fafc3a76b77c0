import type { Endpoints } from "../../routing/endpoints";
import type { OriginGap } from "../../routing/origin-gaps";
import type { RoutingTableContent, TableMirror } from "../../routing/routing-table";
import { isUndeployed } from "./is-undeployed";

/** The parts of a table that are compared before it replaces another. */
export type ReplaceableContent = Pick<RoutingTableContent, "fallback" | "issued" | "prefixes" | "hosts"> & {
  readonly mirrors: readonly Pick<TableMirror, "state" | "planned" | keyof Endpoints>[];
  /** How many words of the prefix table are answers, counted in the table itself. @default not known */
  readonly answering?: number;
  /** The kinds that hosts serve but for which the origin has no address: see `originGaps`. @default none */
  readonly missing?: readonly OriginGap["kind"][];
};

/** The share of prefixes or mirrors whose loss is suspicious: a third. */
const suspiciousLoss = 1 / 3;

/** Clocks of well-run machines never differ by this much, in milliseconds: a day. */
export const largestLead = 86_400_000;

/**
 * The mirrors that serve: draining ones too, which keep their own region's clients, but not undeployed ones. A table
 * compiled without `deployed.yaml` has all mirrors, but no clients for them.
 */
function countServing({ mirrors }: ReplaceableContent): number {
  return mirrors.filter((mirror) => mirror.state !== "retired" && !isUndeployed(mirror)).length;
}

/** What hosts no longer serve: `files at dl.example.org`. */
function findLostContent(inForce: ReplaceableContent, offered: ReplaceableContent): string[] {
  const served = ({ hosts }: ReplaceableContent) =>
    hosts.flatMap(({ name, serves }) => serves.map((kind) => `${kind} at ${name}`));
  const now = new Set(served(offered));
  return served(inForce).filter((each) => !now.has(each));
}

function isSuspiciousLoss(before: number, after: number): boolean {
  return before - after >= before * suspiciousLoss;
}

const fix = "if this is intended, restart the redirector with this table";

const formatCount = (number: number): string => number.toLocaleString("en-GB");

/**
 * Why a table should not replace the one in force; undefined if it may. A table that was truncated before it was written, or
 * compiled from half its inputs, has a correct checksum: only the comparison with the table in force shows it.
 *
 * One mirror may always go, even one of few: this is how an unhealthy one is removed.
 *
 * @param now milliseconds since 1970
 */
export function findTableProblem(
  inForce: ReplaceableContent,
  offered: ReplaceableContent,
  now: number,
): string | undefined {
  const issued = Date.parse(offered.issued);
  if (Number.isNaN(issued)) return `it has no valid issue time (${JSON.stringify(offered.issued)})`;
  if (issued < Date.parse(inForce.issued)) {
    return `it is older (${offered.issued}) than the one in force (${inForce.issued})`;
  }
  // In force, it would make all tables until that date look older.
  if (issued > now + largestLead) return `it was issued in the future (${offered.issued}): check the clocks`;
  if (offered.fallback)
    return "it is a fallback table, which only has the origin: store a table written by `mirrorform table` there";
  if (inForce.hosts.length > 0 && offered.hosts.length === 0) return `it no longer serves any host; ${fix}`;
  const lostByOrigin = (offered.missing ?? []).filter((kind) => !inForce.missing?.includes(kind));
  if (lostByOrigin.length > 0) {
    return `its origin no longer has an address for ${lostByOrigin.join(" and ")} (was it compiled without deployed.yaml?); ${fix}`;
  }
  if (inForce.fallback) return undefined;
  const lost = findLostContent(inForce, offered);
  if (lost.length > 0) return `it no longer serves ${lost.join(", ")}; ${fix}`;
  if (inForce.answering && isSuspiciousLoss(inForce.answering, offered.answering ?? 0)) {
    const numbers = `${formatCount(offered.answering ?? 0)} entries after ${formatCount(inForce.answering)}`;
    return `a third or more of the prefix table is gone, ${numbers}; ${fix}`;
  }
  if (inForce.prefixes > 0 && isSuspiciousLoss(inForce.prefixes, offered.prefixes)) {
    const numbers = `${formatCount(offered.prefixes)} after ${formatCount(inForce.prefixes)}`;
    return `a third or more of the prefixes are gone, ${numbers}; ${fix}`;
  }
  const [before, after] = [countServing(inForce), countServing(offered)];
  if (before - after > 1 && isSuspiciousLoss(before, after)) {
    return `a third or more of the serving mirrors are gone, ${formatCount(after)} after ${formatCount(before)}; ${fix}`;
  }
  return undefined;
}
