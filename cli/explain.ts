import { isIP } from "node:net";
import { createInterface } from "node:readline";
import { type Explanation, explain } from "../routing/explain";
import type { Network, RoutingTable } from "../routing/routing-table";
import { exitStatus, Failure } from "./failure";
import { loadProject, loadTable, type ProjectOptions } from "./load-project";

interface ExplainOptions extends ProjectOptions {
  readonly from: string;
  readonly host?: string;
  readonly json?: boolean;
}

/** The first host that such a path is for: what begins with `/v2/` is an image's wherever one is served. */
function hostFor(table: RoutingTable, target: string): string {
  const { hosts } = table.content;
  const kind = /^\/v2(\/|$)/.test(target) ? "images" : "files";
  return (hosts.find(({ serves }) => serves.includes(kind)) ?? hosts[0])?.name ?? "";
}

function requireHost(table: RoutingTable, host: string): void {
  if (table.serves(host).length > 0) return;
  const known = table.content.hosts.map(({ name }) => name).join(", ");
  throw new Failure(exitStatus.wrongUsage, `there is no host ${host}; there are ${known}`);
}

/** The one address that is asked about; a misspelt one would be explained as a client of nobody. */
function requireAddress(text: string): void {
  if (isIP(text) !== 0) return;
  throw new Failure(exitStatus.wrongUsage, `--from takes an IPv4 or IPv6 address, or - for a list, not ${text}`);
}

function asJson(address: string, { decision, network, reasons }: Explanation): string {
  const { provider = null, region = null, asn = null, country = null } = network;
  const { status, location = null, mirror = null } = decision;
  return JSON.stringify({ address, network: { provider, region, asn, country }, status, location, mirror, reasons });
}

function networkInWords({ provider, region, asn, country }: Network): string {
  const parts = [provider, region, asn === undefined ? undefined : `AS${asn}`, country].filter((part) => part);
  return parts.length === 0 ? "a network of no provider" : parts.join(", ");
}

/** Columns of a terminal that lists are wrapped to. */
const widest = 100;

/** A list as lines, each so wide that a terminal does not break it. */
function wrapped(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && `${last}, ${name}`.length < widest) lines[lines.length - 1] = `${last}, ${name}`;
    else lines.push(`    ${name}`);
  }
  return lines;
}

/** The mirrors not chosen, those with the same reason together. */
function others(reasons: Explanation["reasons"]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { mirror, chosen, reason } of reasons) {
    if (!chosen) byReason.set(reason, [...(byReason.get(reason) ?? []), mirror]);
  }
  return Array.from(byReason).flatMap(([reason, mirrors]) => {
    return mirrors.length === 1 ? [`  ${mirrors[0]} ${reason}`] : [`  each of these ${reason}:`, ...wrapped(mirrors)];
  });
}

function inWords(host: string, target: string, address: string, { decision, network, reasons }: Explanation): string {
  const chosen = reasons.find((reason) => reason.chosen);
  const { asked, status, location } = decision;
  return [
    `GET https://${host}${target}`,
    `client  ${address}: ${networkInWords(network)}`,
    `asked   ${asked.class}${asked.class === "refused" ? `: ${asked.message}` : ""}`,
    `answer  ${status}${location === undefined ? "" : ` ${location}`}`,
    ...(chosen ? [`mirror  ${chosen.mirror} ${chosen.reason}`] : []),
    ...(reasons.length > 1 ? ["", "Not chosen, the best first:", ...others(reasons)] : []),
    "",
  ].join("\n");
}

/**
 * `explain`: where a client is sent, and for every mirror not chosen, why.
 *
 * @throws Failure where the inventory, the path, the host or the address is wrong
 */
export async function explainCommand(target: string, options: ExplainOptions): Promise<void> {
  if (!target.startsWith("/")) {
    throw new Failure(exitStatus.wrongUsage, `a path begins with a slash: /v2/pause/manifests/3.9, not ${target}`);
  }
  if (options.from !== "-") requireAddress(options.from);
  const { table } = loadTable(loadProject(options));
  if (options.host !== undefined) requireHost(table, options.host);
  const host = options.host ?? hostFor(table, target);
  const explained = (address: string) => explain(table, { method: "GET", target, host, address });
  if (options.from !== "-") {
    const explanation = explained(options.from);
    const text = options.json
      ? `${asJson(options.from, explanation)}\n`
      : inWords(host, target, options.from, explanation);
    process.stdout.write(text);
    return;
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const address = line.trim();
    if (address !== "") process.stdout.write(`${asJson(address, explained(address))}\n`);
  }
}
