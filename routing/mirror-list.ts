import type { Asked } from "./asked";
import type { Conditions } from "./conditions";
import { type Reason, reasonsFor } from "./explain";
import type { RoutingTable } from "./routing-table";

/** A request for the mirrors of a file. */
export type AskedMirrorList = Extract<Asked, { class: "mirror-list" }>;

/** Where one client may have a file, best first, and why not elsewhere. */
export interface MirrorList {
  /** At the mirrors, without a leading slash. */
  readonly path: string;
  /** What is known of the client. */
  readonly client: { readonly provider?: string; readonly region?: string; readonly country?: string };
  readonly mirrors: readonly { readonly mirror: string; readonly url: string; readonly reason: string }[];
  readonly leftOut: readonly { readonly mirror: string; readonly reason: string }[];
}

/** The mirrors of the file that is asked about. No mirror is asked for it: what is known, is told. */
export function mirrorList(
  table: RoutingTable,
  { of }: AskedMirrorList,
  address: string,
  conditions: Conditions,
): MirrorList {
  const reasons = reasonsFor(table, of, address, conditions, undefined);
  const maybeHas = ({ object }: Reason) => object?.presence === "held" || object?.presence === "unknown";
  // Whatever is known, the origin is the last fallback; and RFC 5854, section 4.1.2, wants a URL for every file.
  const isListed = reasons.some(maybeHas) ? maybeHas : ({ mirror }: Reason) => mirror === table.origin.id;
  const mirrors: { mirror: string; url: string; reason: string }[] = [];
  const leftOut: { mirror: string; reason: string }[] = [];
  for (const entry of reasons) {
    const { mirror, reason, object } = entry;
    if (object && isListed(entry)) mirrors.push({ mirror, url: object.url, reason });
    else leftOut.push({ mirror, reason });
  }
  const { provider, region, country } = table.network(address);
  const client = {
    ...(provider !== undefined && { provider }),
    ...(region !== undefined && { region }),
    ...(country !== undefined && { country }),
  };
  return { path: of.path, client, mirrors, leftOut };
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? "");
}

/**
 * The list as Metalink 4 (RFC 5854): the file under its own name (section 4.1.2.1: no path, so that a client cannot be
 * made to write elsewhere), and its URLs by priority (section 4.2.16.2).
 */
export function metalink({ path, mirrors }: MirrorList): string {
  const urls = mirrors.map(({ url }, index) => `    <url priority="${index + 1}">${escaped(url)}</url>\n`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '<metalink xmlns="urn:ietf:params:xml:ns:metalink">\n',
    "  <generator>mirrorform</generator>\n",
    `  <file name="${escaped(path.slice(path.lastIndexOf("/") + 1))}">\n`,
    ...urls,
    "  </file>\n",
    "</metalink>\n",
  ].join("");
}
