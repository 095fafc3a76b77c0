import { noAddress, type ParsedAddress, parseAddress } from "../../networks/parsed-address";
import type { Answer } from "../../routing/answer";
import { assumeAllHeld, type Conditions, dayOf } from "../../routing/conditions";
import { formatGap, originGaps } from "../../routing/origin-gaps";
import { respond } from "../../routing/respond";
import type { RoutingTable } from "../../routing/routing-table";

/** How many networks' clients are tried, in addition to an unknown one. No request is answered during the trial. */
const mostNetworks = 3;

const digest = `sha256:${"0".repeat(64)}`;

/** Request targets: one of each class that `classify` distinguishes; files below a path of the host. */
const targets = {
  images: () => [
    "/v2/",
    `/v2/trial/blobs/${digest}`,
    `/v2/trial/blobs/${digest}?mirrorlist`,
    `/v2/trial/manifests/${digest}`,
    "/v2/trial/manifests/latest",
    "/v2/trial/tags/list",
    `/v2/trial/referrers/${digest}`,
  ],
  files: (top: string) => [
    "/",
    "/privacy",
    `${top}/trial`,
    `${top}/trial?mirrorlist`,
    `${top}/trial?mirrorlist=meta4`,
    `${top}/SHA256SUMS`,
    `${top}/trial/`,
  ],
};

/** The extreme cases: every mirror holds everything, or none holds anything, so that the origin must answer. */
function extremeConditions(): readonly Conditions[] {
  const today = dayOf(new Date());
  return [assumeAllHeld(today), { today, presence: () => "absent" }];
}

/**
 * Why a table cannot answer requests; undefined if it can. Tries each kind of artifact at the first host that serves it, with
 * each class of request and clients of several networks: a table that throws here would fail for clients. An origin that is
 * not deployed yet is not a problem: before the first deployment there is no other table.
 */
export function findTrialProblem(table: RoutingTable): string | undefined {
  const addresses = [noAddress, ...table.prefixes.examples(mostNetworks).map(parseAddress)];
  for (const kind of ["images", "files"] as const) {
    const host = table.content.hosts.find(({ serves }) => serves.includes(kind));
    if (host === undefined) continue;
    for (const target of targets[kind](host.paths?.[0] === undefined ? "" : `/${host.paths[0].path}`)) {
      const problem = findTargetProblem(table, host.name, target, addresses);
      if (problem !== undefined) return `https://${host.name}${target} cannot be answered with this table: ${problem}`;
    }
  }
  return undefined;
}

function findTargetProblem(
  table: RoutingTable,
  host: string,
  target: string,
  addresses: readonly ParsedAddress[],
): string | undefined {
  for (const address of addresses) {
    for (const conditions of extremeConditions()) {
      const problem = findAnswerProblem(
        table,
        () => respond(table, { method: "GET", target, host, address }, conditions).answer,
      );
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function findAnswerProblem(table: RoutingTable, answer: () => Answer): string | undefined {
  try {
    const { status, location } = answer();
    const gap = status === 503 ? originGaps(table).find(({ awaits }) => awaits === "nothing") : undefined;
    if (gap !== undefined) return formatGap(table.origin.id, gap);
    return location === undefined || URL.canParse(location) ? undefined : "the redirect is not a URL";
  } catch (error) {
    return (error as Error).message;
  }
}
