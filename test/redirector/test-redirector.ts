import { setImmediate, setTimeout } from "node:timers/promises";
import { AssembledRedirector, type RedirectorSettings } from "../../redirector/assembled-redirector";
import type { StatusReport } from "../../redirector/pages/status-report";
import type { BreakerState } from "../../redirector/presence/circuit-breaker";
import { listenOnNode } from "../../redirector/servers/node-server";
import type { RoutingTable } from "../../routing/routing-table";

/** A client's answer. */
export interface Received {
  readonly status: number;
  readonly location: string;
}

/** A complete redirector on loopback, as seen from outside. */
export interface TestRedirector {
  readonly assembled: AssembledRedirector;
  readonly port: number;
  /** The lines that were written to the log so far. */
  readonly lines: readonly string[];
  fetch(target: string, init?: RequestInit): Promise<Response>;
  /** GET without following redirects. @param from the value of `X-Forwarded-For`. @default none */
  ask(target: string, from?: string): Promise<Received>;
  /** The sum of a metric's samples that have all of these labels. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** The state of a mirror's breaker, by the metrics; undefined if it was never asked. */
  breaker(mirror: string): Promise<BreakerState | undefined>;
  report(): Promise<StatusReport>;
  stop(): Promise<void>;
}

/** One sample of Prometheus's text format: its name, its labels, its value. */
const sample = /^(\w+)(?:\{(.*)\})? (\S+)$/gm;

function sumOf(text: string, name: string, labels: Readonly<Record<string, string>>): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return [...text.matchAll(sample)]
    .filter(([, found, held = ""]) => found === name && wanted.every((each) => held.split(",").includes(each)))
    .reduce((sum, [, , , value]) => sum + Number(value), 0);
}

/** Starts a server. Tables and checks only start with `assembled.start()`. */
export async function startTestRedirector(
  table: RoutingTable,
  changes: Partial<RedirectorSettings> = {},
): Promise<TestRedirector> {
  const lines: string[] = [];
  const assembled = new AssembledRedirector(table, {
    clientAddress: { from: "socket" },
    presence: "ask",
    allowPrivateMirrors: true,
    logShare: 0,
    ownPages: true,
    write: (bytes, done) => {
      lines.push(...Buffer.from(bytes).toString().trimEnd().split("\n"));
      done(null, bytes.length);
    },
    ...changes,
  });
  const server = await listenOnNode(assembled.redirector, { port: 0, host: "127.0.0.1" });
  // Kept connections would delay the end of each test by a second.
  const ask = (target: string, { headers, ...init }: RequestInit = {}) =>
    fetch(`${server.url}${target}`, { redirect: "manual", headers: { Connection: "close", ...headers }, ...init });
  // Not the text of the page, which is cached for a second. Sockets get their turn, because tests poll this.
  const text = () => setImmediate().then(() => assembled.metrics.text());
  return {
    assembled,
    port: Number(new URL(server.url).port),
    lines,
    fetch: ask,
    async ask(target, from) {
      const answer = await ask(target, from === undefined ? {} : { headers: { "X-Forwarded-For": from } });
      await answer.arrayBuffer();
      return { status: answer.status, location: answer.headers.get("location") ?? "" };
    },
    metric: async (name, labels = {}) => sumOf(await text(), name, labels),
    async breaker(mirror) {
      const metrics = await text();
      const states = ["closed", "open", "probing"] as const;
      return states.find((state) => sumOf(metrics, "mirrorform_breaker_state", { mirror, state }) === 1);
    },
    async report() {
      // The page is cached for a second.
      const asked = new Date().toISOString();
      for (;;) {
        const report = (await (await ask("/-/status.json")).json()) as StatusReport;
        if (report.generatedAt >= asked) return report;
        await setTimeout(20);
      }
    },
    async stop() {
      await assembled.stop();
      await server.end();
    },
  };
}
