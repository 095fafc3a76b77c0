/**
 * Measures what each stage of our own work costs a request, in process and without a network. `bench/redirector.ts`
 * bundles this program and runs it on each runtime with two arguments: the file of a routing table, and a file of loads
 * as JSON. Prints, as JSON, microseconds of processor time a request by stage and load. `handle` is all stages
 * together.
 */
import { readFileSync } from "node:fs";
import { AssembledRedirector } from "../redirector/assembled-redirector";
import type { CarriedRequest } from "../redirector/carried-request";
import { DecisionLog } from "../redirector/telemetry/decision-log";
import { LogWriter } from "../redirector/telemetry/log-writer";
import { RedirectorMetrics } from "../redirector/telemetry/metrics";
import { requestId } from "../redirector/telemetry/request-id";
import { classify } from "../routing/asked";
import { type ClientAddressRule, clientAddress } from "../routing/client-address";
import { assumeAllHeld, dayOf } from "../routing/conditions";
import { decide } from "../routing/decide";
import { requestedPlace } from "../routing/requested-place";
import { respondWith } from "../routing/respond";
import { decodeRoutingTable, type RoutingTable } from "../routing/routing-table";
import type { Pull } from "./pull-mix";

/** Requests per measurement; the smallest of several measurements is the undisturbed time of the code. */
const requestsPerRound = 200_000;
const rounds = 7;

const rule: ClientAddressRule = { from: "forwarded", position: 1 };
const conditions = assumeAllHeld(dayOf(new Date()));

/** Runs one stage on one request. The result is kept, so that no runtime optimizes the work away. */
type Stage = (index: number) => unknown;

function carry({ target, host, forwardedFor, userAgent }: Pull): CarriedRequest {
  const headers = new Map([
    ["host", host],
    ["user-agent", userAgent],
    ["accept", "*/*"],
    ["x-forwarded-for", forwardedFor],
  ]);
  return { method: "GET", target, host, peer: "127.0.0.1", header: (name) => headers.get(name) };
}

function stagesOf(table: RoutingTable, pulls: readonly Pull[]): Readonly<Record<string, Stage>> {
  const carried = pulls.map(carry);
  const at = <T>(list: readonly T[], index: number) => list[index % list.length] as T;
  const requests = carried.map((each) => ({
    method: each.method,
    target: each.target,
    host: each.host,
    address: clientAddress(rule, each),
    accept: each.header("accept"),
  }));
  const decisions = requests.map((each) => decide(table, each, conditions));
  const metrics = new RedirectorMetrics({
    version: "",
    table: () => ({ ...table.content, checksum: table.checksum, loaded: new Date() }),
    breakers: () => [],
    droppedLines: () => 0,
  });
  const lines = new LogWriter((bytes, done) => done(null, bytes.length));
  const log = new DecisionLog((beginning, text, ending) => lines.writeParts(beginning, text, ending));
  const { redirector } = new AssembledRedirector(table, {
    clientAddress: rule,
    presence: "assume",
    logShare: 1,
    ownPages: true,
    write: (bytes, done) => done(null, bytes.length),
  });
  const told = { id: "4bf92f3577b34da6a3ce929d0e0e4736", trace: undefined, method: "GET", milliseconds: 0.05 };
  return {
    address: (index) => clientAddress(rule, at(carried, index)),
    "request id": (index) => requestId(at(carried, index)),
    "of the decision: classify": (index) => {
      const request = at(requests, index);
      const place = requestedPlace(request);
      if (place === undefined) return undefined;
      const { method, accept } = request;
      return classify({ method, target: place.target, served: table.host(place.host), accept });
    },
    "of the decision: network look-up": (index) => table.network(at(requests, index).address),
    decision: (index) => decide(table, at(requests, index), conditions),
    answer: (index) => respondWith(at(decisions, index), table, at(requests, index), conditions),
    metrics: (index) => metrics.countDecision(at(decisions, index), 0.05),
    "log line": (index) => log.logDecision(at(decisions, index), told),
    handle: (index) => redirector.handle(at(carried, index)),
  };
}

let kept: unknown;

/** Microseconds of CPU time per request. */
function measure(stage: Stage): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let index = 0; index < requestsPerRound; index++) kept = stage(index);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / requestsPerRound);
  }
  return least;
}

function run([tableFile = "", loadsFile = ""]: readonly string[]): void {
  const table = decodeRoutingTable(readFileSync(tableFile));
  const loads = JSON.parse(readFileSync(loadsFile, "utf8")) as Readonly<Record<string, readonly Pull[]>>;
  const costs: Record<string, Record<string, number>> = {};
  for (const [load, pulls] of Object.entries(loads)) {
    for (const [name, stage] of Object.entries(stagesOf(table, pulls))) {
      costs[name] = { ...costs[name], [load]: measure(stage) };
    }
  }
  if (kept === undefined) throw new Error("nothing was decided");
  console.log(JSON.stringify(costs));
}

run(process.argv.slice(2));
