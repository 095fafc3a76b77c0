/**
 * Measures the stages of a decision in its own process: `decision-stages.js TABLE PULLS`, bundled and started by
 * `decision.ts`. PULLS is a JSON file of named lists of requests. Prints nanoseconds per request as JSON.
 */
import { readFileSync } from "node:fs";
import { classify } from "../routing/asked";
import { clientAddress } from "../routing/client-address";
import { assumeAllHeld } from "../routing/conditions";
import { type ClientRequest, type Decision, decide } from "../routing/decide";
import { requestedPlace } from "../routing/requested-place";
import { respondWith } from "../routing/respond";
import { decodeRoutingTable, type RoutingTable } from "../routing/routing-table";
import type { Pull } from "./pull-mix";

/** The minimum CPU time of one measurement of a stage, in microseconds. */
const least = 50_000;
/** The number of measurements. The smallest one counts, because other work on the machine only adds time. */
const rounds = 25;

const conditions = assumeAllHeld("2026-11-25");

/** The result of a stage. It is used, so that no compiler removes the stage. */
type Stage = (index: number) => object | undefined;

let seen = 0;

/** CPU time, including that of the runtime's own threads: on a machine that does other work, wall-clock time is meaningless. */
function nanoseconds(stage: Stage, count: number): number {
  const began = process.cpuUsage();
  let taken = 0;
  let requests = 0;
  do {
    for (let round = 0; round < 10_000; round += count) {
      for (let index = 0; index < count; index++) if (stage(index) !== undefined) seen++;
      requests += count;
    }
    const { user, system } = process.cpuUsage(began);
    taken = user + system;
  } while (taken < least);
  return (taken / requests) * 1000;
}

function stagesOf(table: RoutingTable, pulls: readonly Pull[]): Readonly<Record<string, Stage>> {
  const rule = { from: "forwarded", position: 1 } as const;
  const addressed = pulls.map(({ forwardedFor }) => ({ peer: undefined, header: () => forwardedFor }));
  const address = (index: number) => clientAddress(rule, addressed[index] as (typeof addressed)[number]);
  const requests = pulls.map(
    ({ target, host }, index): ClientRequest => ({
      method: "GET",
      target,
      host,
      address: address(index),
      accept: "*/*",
    }),
  );
  const request = (index: number) => requests[index] as ClientRequest;
  const decisions = requests.map((each) => decide(table, each, conditions));
  return {
    "client address": address,
    classify: (index) => {
      const { method, host, accept } = request(index);
      const place = requestedPlace(request(index));
      return place && classify({ method, target: place.target, accept, served: table.host(host) });
    },
    "network look-up": (index) => table.network(request(index).address),
    decide: (index) => decide(table, request(index), conditions),
    respond: (index) => respondWith(decisions[index] as Decision, table, request(index), conditions),
    "all together": (index) => {
      const { target, host } = request(index);
      const all = { method: "GET", target, host, address: address(index), accept: "*/*" };
      return respondWith(decide(table, all, conditions), table, all, conditions);
    },
  };
}

function measure(table: RoutingTable, pulls: readonly Pull[]): Record<string, number> {
  const stages = Object.entries(stagesOf(table, pulls));
  const taken = new Map(stages.map(([name]) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, stage] of stages) taken.get(name)?.push(nanoseconds(stage, pulls.length));
  }
  return Object.fromEntries([...taken].map(([name, all]) => [name, Math.min(...all)]));
}

const [tableFile = "", pullsFile = ""] = process.argv.slice(2);
const table = decodeRoutingTable(readFileSync(tableFile));
const loads = JSON.parse(readFileSync(pullsFile, "utf8")) as Record<string, Pull[]>;
const figures = Object.fromEntries(Object.entries(loads).map(([name, pulls]) => [name, measure(table, pulls)]));
if (seen > 0) process.stdout.write(JSON.stringify(figures));
