import { noAddress, type ParsedAddress, parseAddress } from "../../networks/parsed-address";
import type { Answer } from "../../routing/answer";
import { assumed, type Conditions, dayOf } from "../../routing/conditions";
import { gapInWords, originGaps } from "../../routing/origin-gaps";
import { respond } from "../../routing/respond";
import type { RoutingTable } from "../../routing/routing-table";

/** How many networks' clients are tried, besides an unknown one. No request is answered meanwhile. */
const mostNetworks = 3;

const digest = `sha256:${"0".repeat(64)}`;

/** What is asked for: one target of each class, as `classify` distinguishes them; files below a path of the host. */
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

/** Either each mirror holds everything, or none is known to hold anything: then the origin must answer. */
function extremes(): readonly Conditions[] {
  const today = dayOf(new Date());
  return [assumed(today), { today, presence: () => "absent" }];
}

/**
 * What goes wrong when requests are decided with a table; undefined if nothing does. Tries each kind of artifact at the first
 * host that serves it, with each class of request and clients of several networks: a table that throws here would fail for
 * clients. An origin that is not deployed yet is not an error: before a first deployment there is no other table.
 */
export function trialDoubt(table: RoutingTable): string | undefined {
  const addresses = [noAddress, ...table.prefixes.examples(mostNetworks).map(parseAddress)];
  for (const kind of ["images", "files"] as const) {
    const host = table.content.hosts.find(({ serves }) => serves.includes(kind));
    if (host === undefined) continue;
    for (const target of targets[kind](host.paths?.[0] === undefined ? "" : `/${host.paths[0].path}`)) {
      const doubt = targetDoubt(table, host.name, target, addresses);
      if (doubt !== undefined) return `https://${host.name}${target} cannot be answered with it: ${doubt}`;
    }
  }
  return undefined;
}

function targetDoubt(
  table: RoutingTable,
  host: string,
  target: string,
  addresses: readonly ParsedAddress[],
): string | undefined {
  for (const address of addresses) {
    for (const conditions of extremes()) {
      const doubt = answerDoubt(
        table,
        () => respond(table, { method: "GET", target, host, address }, conditions).answer,
      );
      if (doubt !== undefined) return doubt;
    }
  }
  return undefined;
}

function answerDoubt(table: RoutingTable, given: () => Answer): string | undefined {
  try {
    const { status, headers } = given();
    const { Location: location } = headers;
    const never = status === 503 ? originGaps(table).find(({ awaits }) => awaits === "nothing") : undefined;
    if (never !== undefined) return gapInWords(table.origin.id, never);
    return location === undefined || URL.canParse(location) ? undefined : "the redirect is not a URL";
  } catch (error) {
    return (error as Error).message;
  }
}
