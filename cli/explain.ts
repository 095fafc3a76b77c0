import { isIP } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { printable, printableJson } from "../document/printable";
import { parseAddress } from "../networks/parsed-address";
import type { ProjectOptions } from "../project/check-project";
import { compileTable, loadProject } from "../project/load-project";
import { asIfListed } from "../routing/as-if-listed";
import { assumeAllHeld, dayOf } from "../routing/conditions";
import { type DecisionExplanation, explainDecision } from "../routing/decision-explanation";
import type { MirrorReason } from "../routing/explain";
import { hostFor } from "../routing/host-for";
import type { RoutingTable } from "../routing/routing-table";
import { exitStatus, Failure, parseOptions, requireOption } from "./failure";

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
  throw new Failure(exitStatus.wrongUsage, `unknown host ${printable(host)}; the hosts are ${known}`);
}

function requirePath(target: string): void {
  if (target.startsWith("/")) return;
  throw new Failure(
    exitStatus.wrongUsage,
    `the path must start with a slash, as in /v2/pause/manifests/3.9, not ${printable(target)}`,
  );
}

/** Checks a single address: a misspelt one would be explained as an unaffiliated client. */
function requireAddress(text: string): void {
  if (isIP(text) !== 0) return;
  throw new Failure(
    exitStatus.wrongUsage,
    `--from must be an IPv4 or IPv6 address, or - for a list, not ${printable(text)}`,
  );
}

/** A decision with its reasons, by this program or by a redirector. */
type Explained = Omit<DecisionExplanation, "path">;

function formatJson({ address, client, status, withdrawn, location, mirror, reasons }: Explained): string {
  const { provider = null, region = null, asn = null, country = null } = client;
  const answer = {
    status,
    ...(withdrawn !== undefined && { withdrawn }),
    location: location ?? null,
    mirror: mirror ?? null,
    reasons,
  };
  return printableJson({ address, network: { provider, region, asn, country }, ...answer });
}

/** The width to which lists are wrapped, in columns. */
const maximumWidth = 100;

/** Formats a list as lines that fit a terminal. */
function wrapList(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && `${last}, ${name}`.length < maximumWidth) lines[lines.length - 1] = `${last}, ${name}`;
    else lines.push(`    ${name}`);
  }
  return lines;
}

/** Lists the mirrors that were not chosen, grouped by reason. */
function formatOthers(reasons: readonly MirrorReason[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { mirror, chosen, reason } of reasons) {
    if (!chosen) byReason.set(reason, [...(byReason.get(reason) ?? []), mirror]);
  }
  return Array.from(byReason).flatMap(([reason, mirrors]) => {
    return mirrors.length === 1 ? [`  ${mirrors[0]} ${reason}`] : [`  each of these ${reason}:`, ...wrapList(mirrors)];
  });
}

/** Why an artifact was withdrawn; children and blobs of an image have no reason of their own. */
function formatWithdrawal(withdrawn: string | undefined): string {
  if (withdrawn === undefined) return "";
  return withdrawn === "" ? " (withdrawn)" : ` (withdrawn: ${withdrawn})`;
}

function formatText(question: string, explained: Explained): string {
  const { address, network, asked, status, withdrawn, location, reasons } = explained;
  const chosen = reasons.find((reason) => reason.chosen);
  return [
    question,
    `client  ${address}: ${network}`,
    `request ${asked}`,
    `answer  ${status}${location === undefined ? "" : ` ${location}`}${formatWithdrawal(withdrawn)}`,
    ...(chosen ? [`mirror  ${chosen.mirror} ${chosen.reason}`] : []),
    ...(reasons.length > 1 ? ["", "Not chosen, the best first:", ...formatOthers(reasons)] : []),
    "",
  ]
    .map(printable)
    .join("\n");
}

/** Explains decisions: from an inventory, or by querying a running redirector. */
interface Explainer {
  /** The request, as text. */
  readonly question: string;
  explain(address: string): Promise<Explained>;
}

/** Decides from an inventory. All mirrors are assumed to be healthy and to hold everything. */
function explainFromInventory(target: string, options: ExplainOptions): Explainer {
  const { table: loaded } = compileTable(loadProject(options));
  const table = options.presence === "assume" ? asIfListed(loaded) : loaded;
  if (options.host !== undefined) requireHost(table, options.host);
  const host = options.host ?? hostFor(table, target);
  const conditions = assumeAllHeld(dayOf(new Date()));
  return {
    question: `GET https://${host}${target}`,
    explain: async (address) =>
      explainDecision(table, { method: "GET", target, host, address: parseAddress(address) }, conditions),
  };
}

/** How long a redirector may take to answer, in milliseconds. */
const timeoutMilliseconds = 10_000;

/** The maximum number of retries, one second apart. */
const maximumRetries = 10;

/** Queries a redirector. It limits the rate of explanations, and answers more of them with `Retry-After`. */
async function fetchWithRetries(page: URL): Promise<Response> {
  for (let left = maximumRetries; ; left--) {
    const answer = await fetch(page, { signal: AbortSignal.timeout(timeoutMilliseconds) });
    if ((answer.status !== 503 && !answer.headers.has("retry-after")) || left === 0) return answer;
    await answer.body?.cancel();
    await setTimeout(1_000);
  }
}

/** The URL of the page that explains a redirector's decisions. @throws Failure if the text is not a URL */
function parseRedirectorUrl(at: string): URL {
  const page = URL.canParse("/-/status.json", at) ? new URL("/-/status.json", at) : undefined;
  const isWeb = page?.protocol === "http:" || page?.protocol === "https:";
  return requireOption("--at", at, "the URL of a redirector, such as http://127.0.0.1:8080", isWeb ? page : undefined);
}

/** Queries a running redirector, which knows the health of its mirrors. */
function explainFromRedirector(target: string, page: URL, { at, host }: ExplainOptions): Explainer {
  return {
    question: `GET ${target}, from ${at}`,
    async explain(address) {
      page.search = new URLSearchParams({ path: target, address, ...(host !== undefined && { host }) }).toString();
      let outcome = "no answer";
      try {
        const answer = await fetchWithRetries(page);
        outcome = `status ${answer.status}`;
        const { visitor } = (await answer.json()) as { readonly visitor?: DecisionExplanation };
        if (visitor) return visitor;
      } catch {
        // There was no answer, or it was not a report. Both are reported below.
      }
      throw new Failure(
        exitStatus.wrongInput,
        `${page.origin} returned no report (${outcome}). Is a redirector running there with --status same?`,
      );
    },
  };
}

/**
 * `explain`: prints where a client is sent, and why every other mirror was not chosen.
 *
 * @throws UnusableProject if the inventory is invalid
 * @throws Failure if the path, the host or the address is invalid, or the redirector does not answer
 */
export async function explainCommand(target: string, options: ExplainOptions): Promise<void> {
  const { from, at, json } = options;
  const { page } = parseOptions({
    path: () => requirePath(target),
    from: () => from === "-" || requireAddress(from),
    page: () => (at === undefined ? undefined : parseRedirectorUrl(at)),
  });
  const { question, explain } = page
    ? explainFromRedirector(target, page, options)
    : explainFromInventory(target, options);
  if (from !== "-") {
    const explained = await explain(from);
    process.stdout.write(json ? `${formatJson(explained)}\n` : formatText(question, explained));
    return;
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const address = line.trim();
    if (address !== "") process.stdout.write(`${formatJson(await explain(address))}\n`);
  }
}
