import { isIP } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { printable, printableJson } from "../document/printable";
import { parseAddress } from "../networks/parsed-address";
import type { ProjectOptions } from "../project/check-project";
import { compileTable, loadProject } from "../project/load-project";
import { asIfListed } from "../routing/as-if-listed";
import { assumed, dayOf } from "../routing/conditions";
import { type DecisionExplanation, explainDecision } from "../routing/decision-explanation";
import type { MirrorReason } from "../routing/explain";
import { hostFor } from "../routing/host-for";
import type { RoutingTable } from "../routing/routing-table";
import { exitStatus, Failure, understandAll, understood } from "./failure";

interface ExplainOptions extends ProjectOptions {
  readonly from: string;
  readonly host?: string;
  readonly at?: string;
  readonly presence?: "assume";
  readonly json?: boolean;
}

function requireHost(table: RoutingTable, host: string): void {
  if (table.host(host).serves.length > 0) return;
  const known = table.content.hosts.map(({ name }) => name).join(", ");
  throw new Failure(exitStatus.wrongUsage, `there is no host ${printable(host)}; there are ${known}`);
}

function requirePath(target: string): void {
  if (target.startsWith("/")) return;
  throw new Failure(
    exitStatus.wrongUsage,
    `a path begins with a slash: /v2/pause/manifests/3.9, not ${printable(target)}`,
  );
}

/** The one address that is asked about; a misspelt one would be explained as a client of nobody. */
function requireAddress(text: string): void {
  if (isIP(text) !== 0) return;
  throw new Failure(
    exitStatus.wrongUsage,
    `--from takes an IPv4 or IPv6 address, or - for a list, not ${printable(text)}`,
  );
}

/** An answer with its reasons, by whoever decided it. */
type Explained = Omit<DecisionExplanation, "path">;

function asJson({ address, client, status, location, mirror, reasons }: Explained): string {
  const { provider = null, region = null, asn = null, country = null } = client;
  const answer = { status, location: location ?? null, mirror: mirror ?? null, reasons };
  return printableJson({ address, network: { provider, region, asn, country }, ...answer });
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
function others(reasons: readonly MirrorReason[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { mirror, chosen, reason } of reasons) {
    if (!chosen) byReason.set(reason, [...(byReason.get(reason) ?? []), mirror]);
  }
  return Array.from(byReason).flatMap(([reason, mirrors]) => {
    return mirrors.length === 1 ? [`  ${mirrors[0]} ${reason}`] : [`  each of these ${reason}:`, ...wrapped(mirrors)];
  });
}

function inWords(question: string, { address, network, asked, status, location, reasons }: Explained): string {
  const chosen = reasons.find((reason) => reason.chosen);
  return [
    question,
    `client  ${address}: ${network}`,
    `asked   ${asked}`,
    `answer  ${status}${location === undefined ? "" : ` ${location}`}`,
    ...(chosen ? [`mirror  ${chosen.mirror} ${chosen.reason}`] : []),
    ...(reasons.length > 1 ? ["", "Not chosen, the best first:", ...others(reasons)] : []),
    "",
  ]
    .map(printable)
    .join("\n");
}

/** Whom to ask: this program, or a redirector that runs. */
interface Explainer {
  /** What is asked, in words. */
  readonly question: string;
  explain(address: string): Promise<Explained>;
}

/** Decides by an inventory: mirrors are believed to be well and to hold everything. */
function byInventory(target: string, options: ExplainOptions): Explainer {
  const { table: loaded } = compileTable(loadProject(options));
  const table = options.presence === "assume" ? asIfListed(loaded) : loaded;
  if (options.host !== undefined) requireHost(table, options.host);
  const host = options.host ?? hostFor(table, target);
  const conditions = assumed(dayOf(new Date()));
  return {
    question: `GET https://${host}${target}`,
    explain: async (address) =>
      explainDecision(table, { method: "GET", target, host, address: parseAddress(address) }, conditions),
  };
}

/** How long a redirector may take to answer, in milliseconds. */
const patience = 10_000;

/** How many times to ask again, a second apart, when the redirector says to retry. */
const attempts = 10;

/** A redirector limits how often it says where an address would be sent; beyond that it asks to retry later (`Retry-After`). */
async function untilAnswered(page: URL): Promise<Response> {
  for (let left = attempts; ; left--) {
    const answer = await fetch(page, { signal: AbortSignal.timeout(patience) });
    if ((answer.status !== 503 && !answer.headers.has("retry-after")) || left === 0) return answer;
    await answer.body?.cancel();
    await setTimeout(1_000);
  }
}

/** The page on which a redirector tells how it decides. @throws Failure where the text is no URL of one */
function statusPageOf(at: string): URL {
  const page = URL.canParse("/-/status.json", at) ? new URL("/-/status.json", at) : undefined;
  const isWeb = page?.protocol === "http:" || page?.protocol === "https:";
  return understood("--at", at, "the URL of a redirector, as http://127.0.0.1:8080", isWeb ? page : undefined);
}

/** Asks a redirector, which knows how its mirrors are. */
function byRedirector(target: string, page: URL, { at, host }: ExplainOptions): Explainer {
  return {
    question: `GET ${target}, asked of ${at}`,
    async explain(address) {
      page.search = new URLSearchParams({ path: target, address, ...(host !== undefined && { host }) }).toString();
      let told = "no answer";
      try {
        const answer = await untilAnswered(page);
        told = `status ${answer.status}`;
        const { visitor } = (await answer.json()) as { readonly visitor?: DecisionExplanation };
        if (visitor) return visitor;
      } catch {
        // What came is no report, or nothing came: both are told below.
      }
      throw new Failure(
        exitStatus.wrongInput,
        `${page.origin} gives no report (${told}): is a redirector there, with --status same?`,
      );
    },
  };
}

/**
 * `explain`: where a client is sent, and for every mirror not chosen, why.
 *
 * @throws Failure where the inventory, the redirector, the path, the host or the address is wrong
 */
export async function explainCommand(target: string, options: ExplainOptions): Promise<void> {
  const { from, at, json } = options;
  const { page } = understandAll({
    path: () => requirePath(target),
    from: () => from === "-" || requireAddress(from),
    page: () => (at === undefined ? undefined : statusPageOf(at)),
  });
  const { question, explain } = page ? byRedirector(target, page, options) : byInventory(target, options);
  if (from !== "-") {
    const explained = await explain(from);
    process.stdout.write(json ? `${asJson(explained)}\n` : inWords(question, explained));
    return;
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const address = line.trim();
    if (address !== "") process.stdout.write(`${asJson(await explain(address))}\n`);
  }
}
