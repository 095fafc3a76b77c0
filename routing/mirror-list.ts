import { escapeMarkup } from "../document/escape-markup";
import type { ParsedAddress } from "../networks/parsed-address";
import type { Asked } from "./asked";
import type { Conditions } from "./conditions";
import { type OpenReason, openReasons, outReasons, type Reason } from "./explain";
import type { RoutingTable } from "./routing-table";

/** A request for the mirrors of a file. */
export type AskedMirrorList = Extract<Asked, { class: "mirror-list" }>;

/** Maximum mirrors in a list: the twentieth is hardly ever tried. `?mirrorlist=all` has them all. */
export const mostListed = 20;

/** A mirror's entry in a list. */
interface Entry {
  readonly mirror: string;
  readonly reason: string;
}

/** A file's mirrors for one client, best first. */
export interface MirrorList {
  /** At the mirrors, without a leading slash. */
  readonly path: string;
  /** What is known of the client. */
  readonly client: { readonly provider?: string; readonly region?: string; readonly country?: string };
  readonly mirrors: readonly (Entry & { readonly url: string })[];
  /** Why other mirrors are excluded; only in the full list. */
  readonly leftOut?: readonly Entry[];
}

/** The client's network, as shown to the client, without its address. */
function clientOf(table: RoutingTable, address: ParsedAddress): MirrorList["client"] {
  const { provider, region, country } = table.network(address);
  return {
    ...(provider !== undefined && { provider }),
    ...(region !== undefined && { region }),
    ...(country !== undefined && { country }),
  };
}

function mayHold({ object: { presence } }: OpenReason): boolean {
  return presence === "held" || presence === "unknown";
}

function toListEntry({ mirror, reason, object: { url } }: OpenReason): MirrorList["mirrors"][number] {
  return { mirror, url, reason };
}

function toExcludedEntry({ mirror, reason }: Reason): Entry {
  return { mirror, reason };
}

/**
 * The mirrors of the requested file, from what is already known: no mirror is probed. The origin is always the last fallback;
 * RFC 5854, section 4.1.2, requires a URL for every file.
 */
export function mirrorList(
  table: RoutingTable,
  { of, format }: AskedMirrorList,
  address: ParsedAddress,
  conditions: Conditions,
): MirrorList {
  const [path, client] = [of.path, clientOf(table, address)];
  const reasons = openReasons(table, of, address, conditions, undefined);
  const isOrigin = ({ mirror }: Reason) => mirror === table.origin.id;
  if (format !== "json-all") {
    const best: OpenReason[] = [];
    let fallback: OpenReason | undefined;
    for (const entry of reasons) {
      if (mayHold(entry)) best.push(entry);
      else if (isOrigin(entry)) fallback = entry;
      if (best.length === mostListed) break;
    }
    return { path, client, mirrors: (best.length === 0 && fallback ? [fallback] : best).map(toListEntry) };
  }
  const all = [...reasons];
  const isListed = all.some(mayHold) ? mayHold : isOrigin;
  const others = [...all.filter((entry) => !isListed(entry)), ...outReasons(table, of, address, conditions)];
  return { path, client, mirrors: all.filter(isListed).map(toListEntry), leftOut: others.map(toExcludedEntry) };
}

/**
 * The list as Metalink 4 (RFC 5854): the file under its own name (section 4.1.2.1: no path, so that a client cannot be
 * made to write elsewhere), and its URLs by priority (section 4.2.16.2).
 */
export function metalink({ path, mirrors }: MirrorList): string {
  const urls = mirrors.map(({ url }, index) => `    <url priority="${index + 1}">${escapeMarkup(url)}</url>\n`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '<metalink xmlns="urn:ietf:params:xml:ns:metalink">\n',
    "  <generator>mirrorform</generator>\n",
    `  <file name="${escapeMarkup(path.slice(path.lastIndexOf("/") + 1))}">\n`,
    ...urls,
    "  </file>\n",
    "</metalink>\n",
  ].join("");
}
