import { parseAddress } from "../../networks/parsed-address";
import { type DecisionExplanation, explainDecision } from "../../routing/decision-explanation";
import { hostFor } from "../../routing/host-for";
import type { RoutingTable, TableMirror } from "../../routing/routing-table";
import type { CarriedRequest } from "../carried-request";
import { canaryUrl } from "../presence/canary";
import type { MirrorFailure } from "../presence/circuit-breaker";
import type { MirrorPresence } from "../presence/mirror-presence";
import type { BreakerReport } from "../presence/mirror-record";
import type { Redirector } from "../redirector";
import { isUndeployed } from "../tables/is-undeployed";
import type { LiveOverlay } from "../tables/live-overlay";
import type { LiveTable } from "../tables/live-table";
import type { RedirectorMetrics } from "../telemetry/metrics";
import type { MirrorStatus, SharedReport } from "./status-report";

/** The sources of a report. */
export interface ReportedParts {
  readonly version: string;
  readonly live: LiveTable;
  readonly overlay: LiveOverlay;
  readonly metrics: RedirectorMetrics;
  /** @default mirrors are not asked */
  readonly presence?: MirrorPresence | undefined;
  readonly redirector: Redirector;
}

/** Longest input of a visitor, in characters: longer than any meaningful path or address. */
const longestTyped = 1024;

/** A widespread blob: the form's default if the table has no canary. */
const sampleDigest = "sha256:da86e6ba6ca197bf6bc5e9d900febd906b133eaa4750e6bed647b0fbe50ed43e";

function samplePath({ content: { hosts, canary } }: RoutingTable): string {
  const { name, digest } = canary?.blob ?? { name: "pause", digest: sampleDigest };
  if (hosts.some(({ serves }) => serves.includes("images"))) return `/v2/${name}/blobs/${digest}`;
  return `/${canary?.file ?? "release/stable.txt"}`;
}

function readInput(text: string | null): string | undefined {
  return text === null || text.trim() === "" ? undefined : text.trim().slice(0, longestTyped);
}

/** Where the visitor, or a client with the address in the form, would be sent for a path. */
export function reportedVisitor(
  { live, redirector }: ReportedParts,
  request: CarriedRequest,
  query: URLSearchParams,
): DecisionExplanation {
  const table = live.current;
  const address = readInput(query.get("address"));
  const from = address === undefined ? redirector.clientAddress(request) : parseAddress(address);
  const target = readInput(query.get("path")) ?? samplePath(table);
  const host = readInput(query.get("host")) ?? hostFor(table, target);
  return explainDecision(table, { method: "GET", target, host, address: from }, redirector.conditions);
}

/**
 * The public description of any failure. Refused, silent, cut off, not TLS, not found: from these, anyone who can choose a
 * mirror's address would learn which ports are open where. The log has the details.
 */
const publicWords = "did not answer as it should";

/** The time of a failure, without its cause. */
function publishFailure({ at }: MirrorFailure): MirrorStatus["trouble"] & object {
  return { at: new Date(at).toISOString(), words: publicWords };
}

function checkOf(
  mirror: TableMirror,
  table: RoutingTable,
  { presence, metrics }: ReportedParts,
): MirrorStatus["check"] {
  if (metrics.hasAsked(mirror.id)) return "done";
  const isAsked = !mirror.complete || canaryUrl(table, mirror) !== undefined;
  return presence !== undefined && isAsked ? "pending" : "off";
}

function mirrorStatus(
  mirror: TableMirror,
  table: RoutingTable,
  breaker: BreakerReport | undefined,
  { decisions, check }: Pick<MirrorStatus, "decisions" | "check">,
): MirrorStatus {
  const { id, provider, region, place, state, weight, complete } = mirror;
  return {
    id,
    provider,
    ...(region !== undefined && { region }),
    ...(place && { place }),
    state,
    ...(isUndeployed(mirror) && { deployed: false }),
    weight,
    origin: mirror === table.origin,
    presence: complete ? "complete" : "asked",
    breaker: breaker?.state ?? "closed",
    check,
    decisions,
    ...(breaker?.lastFailure && { trouble: publishFailure(breaker.lastFailure) }),
  };
}

/** The public part of a problem: why a table or an overlay was refused, but not how its source failed, which may be inside a network. */
function publishProblem({
  lastProblem,
  isUnreachable,
}: LiveTable | LiveOverlay): Pick<SharedReport["table"], "lastTrouble"> {
  if (lastProblem === undefined) return {};
  const words = isUnreachable ? "its source cannot be read" : lastProblem.words;
  return { lastTrouble: `${words}, since ${lastProblem.at.toISOString()}` };
}

function tableStatus(live: LiveTable): SharedReport["table"] {
  const { current, loadedAt } = live;
  const { fallback, issued, prefixes } = current.content;
  return {
    ...(fallback && { fallback }),
    issued,
    loadedAt: loadedAt.toISOString(),
    checksum: current.checksum,
    prefixes,
    ...publishProblem(live),
  };
}

/** Without the reasons of withdrawals, which are for those who ask for the artifact. */
function overlayStatus(live: LiveOverlay, { content: { mirrors } }: RoutingTable): Pick<SharedReport, "overlay"> {
  const { current, loadedAt } = live;
  if (current === undefined) return {};
  const { issued, newest, objects, withdrawals, audit } = current;
  const known = new Set(mirrors.map(({ id }) => id));
  const stores = audit?.stores.filter(({ store }) => known.has(store.slice(0, store.indexOf(" "))));
  const audited = audit && stores && { audit: { ...audit, stores } };
  const promoted = newest === undefined ? {} : { promotion: newest, objects };
  return {
    overlay: {
      issued,
      loadedAt: loadedAt.toISOString(),
      ...promoted,
      withdrawals,
      ...audited,
      ...publishProblem(live),
    },
  };
}

/** The current status report, without the part for a visitor. */
export function sharedReport(parts: ReportedParts): SharedReport {
  const { version, live, metrics, presence } = parts;
  const table = live.current;
  const { info, mirrors, ranges, project } = { ...table.content, info: table.content.pages.info };
  const decisions = metrics.decisionsByMirror();
  const breakers = new Map(Array.from(presence?.breakers() ?? [], (breaker) => [breaker.mirror, breaker]));
  return {
    project,
    info,
    generatedAt: new Date().toISOString(),
    build: version,
    table: tableStatus(live),
    ...overlayStatus(parts.overlay, table),
    ranges,
    mirrors: mirrors.map((mirror) =>
      mirrorStatus(mirror, table, breakers.get(mirror.id), {
        decisions: decisions.get(mirror.id) ?? 0,
        check: checkOf(mirror, table, parts),
      }),
    ),
  };
}
