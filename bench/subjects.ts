import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { envoyConfiguration } from "../exports/envoy/envoy-configuration";
import { nginxConfiguration } from "../exports/nginx/nginx-configuration";
import { bundle } from "../packaging/bundle";
import { compileTable, loadProject } from "../project/load-project";
import { type Answer, allHeaders } from "../routing/answer";
import { type ClientAddressRule, clientAddress } from "../routing/client-address";
import { assumeAllHeld, dayOf } from "../routing/conditions";
import { respond } from "../routing/respond";
import type { RoutingTable } from "../routing/routing-table";
import type { ToolName } from "../test/peers/find-tools";
import { bareServers } from "./bare-servers";
import { writeCompleteInventory } from "./complete-inventory";
import type { ProgramOptions } from "./measured-program";
import type { Pull } from "./pull-mix";

export const loadNames = ["pulls", "blobs", "ping"] as const;
export type LoadName = (typeof loadNames)[number];

/** The numbers of connections. */
export interface Load {
  readonly name: LoadName;
  readonly pulls: readonly Pull[];
  readonly connections: readonly number[];
}

/** The header with the clients' addresses, as configured at our servers. */
const clientRule: ClientAddressRule = { from: "forwarded", position: 1 };

export const limit = "nginx, bare";
export const peer = "archeio";
/** The server that decides nothing on the same runtime. */
export const bareOf: Readonly<Record<string, string>> = {
  Node: "Node, bare",
  Bun: "Bun, bare",
  "nginx, exported": limit,
};
/** These programs always give the same answer, which is not compared. */
export const bare = Object.values(bareOf);

export interface Subject {
  readonly name: string;
  /** @default false */
  readonly runsOurServer?: boolean;
  /** The loads that it supports. @default all */
  readonly loads?: readonly LoadName[];
  /** Writes the files that it needs, and returns how to start it. */
  options(port: number, load: LoadName): Omit<ProgramOptions, "port" | "log">;
}

const folder = mkdtempSync(join(tmpdir(), "mirrorform-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

export const place = (name: string) => join(folder, name);

/** The environment of a container: the Node variables of a user's shell alone would add 34 ms to the start. */
function cleanEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...rest } = process.env;
  return { ...rest, ...more };
}

function withOneWorker(configuration: string): string {
  const once = configuration.replace("worker_processes auto;", "worker_processes 1;");
  if (once === configuration) throw new Error("the exported configuration has no number of workers to replace");
  return once;
}

function nginxOptions(path: string, name: string, configuration: string): ReturnType<Subject["options"]> {
  writeFileSync(place(name), configuration);
  return { path, args: ["-p", folder, "-c", place(name), "-g", "daemon off;"], env: process.env };
}

/** An answer of typical length that our servers give to a load. */
function createTypicalAnswer(table: RoutingTable, { pulls }: Load): Answer {
  const conditions = assumeAllHeld(dayOf(new Date()));
  const answers = pulls.map(({ target, host, forwardedFor }) => {
    const address = clientAddress(clientRule, { peer: undefined, header: () => forwardedFor });
    return respond(table, { method: "GET", target, host, address }, conditions).answer;
  });
  const length = ({ location = "" }: Answer) => location.length;
  answers.sort((left, right) => length(left) - length(right));
  const usual = answers[Math.floor(answers.length / 2)] as Answer;
  const { status, body } = usual;
  return { status, headers: allHeaders({ ...usual, requestId: "4bf92f3577b34da6a3ce929d0e0e4736" }), body };
}

/** The available programs, which are measured. */
export function subjectsOf(tools: ReadonlyMap<ToolName, string>, loads: readonly Load[]): Subject[] {
  const { table, bytes } = compileTable(loadProject({ inventory: writeCompleteInventory(folder) }));
  writeFileSync(place("routing.table"), bytes);
  writeFileSync(place("container.js"), bundle("container.ts", "node20"));
  const settings = (port: number) => ({
    PORT: String(port),
    MIRRORFORM_TABLE: place("routing.table"),
    MIRRORFORM_CLIENT_ADDRESS: "forwarded:1",
    MIRRORFORM_PRESENCE: "assume",
    MIRRORFORM_LOG: "1",
  });
  const container = (path: string) => (port: number) => ({
    path,
    args: [place("container.js")],
    env: cleanEnvironment(settings(port)),
  });
  const answers = new Map(loads.map((load) => [load.name, createTypicalAnswer(table, load)]));
  const answerTo = (load: LoadName) => answers.get(load) as Answer;
  const bareServer = (path: string, program: (answer: Answer) => string) => (port: number, load: LoadName) => {
    writeFileSync(place("bare.js"), program(answerTo(load)));
    return { path, args: [place("bare.js")], env: cleanEnvironment({ PORT: String(port) }) };
  };
  const exported = (port: number) => ({
    table,
    today: dayOf(new Date()),
    clientAddress: clientRule,
    listen: { host: "127.0.0.1", port },
  });
  const subjects: Subject[] = [
    { name: "Node", runsOurServer: true, options: container(process.execPath) },
    { name: bareOf.Node as string, options: bareServer(process.execPath, bareServers.node) },
  ];
  const nginx = tools.get("nginx");
  if (nginx !== undefined) {
    subjects.push(
      {
        name: limit,
        options: (port, load) => nginxOptions(nginx, "bare.conf", bareServers.nginx(answerTo(load), port)),
      },
      {
        name: "nginx, exported",
        options: (port) => nginxOptions(nginx, "nginx.conf", withOneWorker(nginxConfiguration(exported(port)).text)),
      },
    );
  }
  const envoy = tools.get("envoy");
  if (envoy !== undefined) {
    subjects.push({
      name: "Envoy, exported",
      options: (port) => {
        writeFileSync(place("envoy.yaml"), envoyConfiguration(exported(port)).text);
        const args = ["-c", place("envoy.yaml"), "--use-dynamic-base-id", "--concurrency", "1", "--log-level", "off"];
        return { path: envoy, args, env: process.env };
      },
    });
  }
  const bun = tools.get("bun");
  if (bun !== undefined) {
    subjects.push(
      { name: "Bun", runsOurServer: true, options: container(bun) },
      { name: bareOf.Bun as string, options: bareServer(bun, bareServers.bun) },
    );
  }
  const archeio = process.env.ARCHEIO;
  if (archeio === undefined) console.error("left out: archeio: the variable ARCHEIO does not name its binary");
  else {
    subjects.push({
      name: peer,
      loads: ["blobs", "ping"],
      options: (port) => ({ path: archeio, args: ["-v=2"], env: { ...process.env, PORT: String(port) } }),
    });
  }
  return subjects;
}
