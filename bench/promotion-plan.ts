/**
 * Measures a plan of everything that Kubernetes' registry promotes against 22 registries that hold nine tenths of it, and a plan of
 * one changed digest: `npx tsx bench/promotion-plan.ts [--json] [--manifests DIR]`. The registries run on loopback, in a process of
 * their own. Without manifests in kpromo's layout, made-up ones of the same size are used.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { formatTable } from "../cli/text-table";
import { computePlan } from "../promotion/plan/compute-plan";
import { type PlanStores, readWorld } from "../promotion/plan/read-world";
import type { Promoted } from "../promotion/promoted";
import type { RegistryTarget } from "../promotion/targets/target";
import { Registry } from "../stores/registry/registry";
import { startListingRegistries } from "./listing-registries";
import { createPromised, listMirrors, readPromised } from "./promised-artifacts";

const mirrorCount = 22;

const { values } = parseArgs({
  options: { json: { type: "boolean" }, manifests: { type: "string" }, serve: { type: "boolean" } },
});

interface Figures {
  readonly what: string;
  readonly seconds: number;
  readonly processorSeconds: number;
  /** The most since the program started, in megabytes of 10^6 bytes. */
  readonly residentMegabytes: number;
  readonly requests: number;
  readonly receivedMegabytes: number;
  readonly images: number;
  readonly copies: number;
}

/** What the process of the registries reports. */
interface Served {
  readonly requests: number;
  readonly bytes: number;
}

async function serve(): Promise<void> {
  const registries = await startListingRegistries(mirrorCount);
  registries.list(choosePromised(registries.source));
  process.send?.({ source: registries.source, mirrors: registries.mirrors });
  process.on("message", () => {
    process.send?.({ requests: registries.takeRequests(), bytes: registries.takeBytes() } satisfies Served);
  });
  process.on("disconnect", () => process.exit());
}

/** The mirrors are numbered if the promise does not name them. */
function choosePromised(source: string): Promoted {
  const { manifests } = values;
  return manifests === undefined ? createPromised(source) : readPromised(manifests, source);
}

const findLogin = async () => undefined;

/** As in a plan: the repositories of a registry share what is known about it. */
function createStores(): PlanStores {
  const registries = new Map<string, Registry>();
  const open = (host: string, name: string) => {
    const registry = registries.get(host) ?? new Registry({ host, access: "pull", findLogin });
    registries.set(host, registry);
    return registry.open(name);
  };
  return {
    openSource: (source) => {
      const slash = source.indexOf("/");
      return open(source.slice(0, slash), source.slice(slash + 1));
    },
    openRepository: ({ host }, name) => open(host, name),
    openSourceBucket: () => {
      throw new Error("there are no files");
    },
  };
}

function createTargets(hosts: readonly string[], names: readonly string[]): RegistryTarget[] {
  const common = { kind: "registry", isOrigin: false, filling: "run", mayRemove: false, root: "", findLogin } as const;
  return hosts.map((host, number) => ({ ...common, host, mirror: names[number] ?? `google/mirror-${number}` }));
}

async function measure(
  what: string,
  promoted: Promoted,
  targets: readonly RegistryTarget[],
  takeServed: () => Promise<Served>,
): Promise<Figures> {
  await takeServed();
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const world = await readWorld({ promoted, targets, stores: createStores(), withReferrers: false });
  const plan = computePlan(promoted, world, () => false);
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const { requests, bytes } = await takeServed();
  return {
    what,
    seconds,
    processorSeconds: (user + system) / 1e6,
    residentMegabytes: (process.resourceUsage().maxRSS * 1_024) / 1e6,
    requests,
    receivedMegabytes: bytes / 1e6,
    images: plan.images.length,
    copies: plan.images.reduce((sum, { missing }) => sum + missing.length, 0),
  };
}

async function main(): Promise<void> {
  const child = fork(__filename, ["--serve", ...process.argv.slice(2)], { execArgv: process.execArgv });
  const [{ source, mirrors }] = (await once(child, "message")) as [{ source: string; mirrors: string[] }];
  const takeServed = async () => {
    child.send("take");
    const [served] = (await once(child, "message")) as [Served];
    return served;
  };
  const promoted = choosePromised(source);
  const targets = createTargets(mirrors, listMirrors(promoted));
  const last = promoted.images.at(-1);
  const one = { ...promoted, images: last ? [last] : [] };
  const figures = [
    await measure("one changed digest", one, targets, takeServed),
    await measure("everything", promoted, targets, takeServed),
  ];
  child.disconnect();
  const { images } = promoted;
  const combinations = images.reduce((sum, { tags, destinations }) => {
    return sum + tags.length * (destinations === "all" ? mirrors.length : destinations.length);
  }, 0);
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ node: process.version, mirrors: mirrors.length, combinations, figures }, null, 2)}\n`,
    );
    return;
  }
  const head = ["plan", "seconds", "processor s", "most MB", "requests", "received MB", "images", "copies"];
  const rows = figures.map(
    ({ what, seconds, processorSeconds, residentMegabytes, requests, receivedMegabytes, ...counts }) => [
      what,
      seconds.toFixed(2),
      processorSeconds.toFixed(2),
      Math.round(residentMegabytes),
      requests,
      receivedMegabytes.toFixed(1),
      counts.images,
      counts.copies,
    ],
  );
  process.stdout.write(`${combinations} combinations of mirror, image and tag\n${formatTable(head, rows)}`);
}

void (values.serve ? serve() : main());
