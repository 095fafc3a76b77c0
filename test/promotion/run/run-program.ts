import { Observations } from "../../../promotion/plan/observations";
import type { Plan } from "../../../promotion/plan/plan";
import { type PlanStores, readWorld } from "../../../promotion/plan/read-world";
import { targetName } from "../../../promotion/plan/target-name";
import type { Promoted } from "../../../promotion/promoted";
import { RunCounters } from "../../../promotion/run/run-counters";
import { RunLedger } from "../../../promotion/run/run-ledger";
import { runPromotion } from "../../../promotion/run/run-promotion";
import { TargetHealth } from "../../../promotion/run/target-health";
import type { RegistryTarget, Target } from "../../../promotion/targets/target";
import { MemoryBudget } from "../../../promotion/transfer/memory-budget";
import type { Bucket } from "../../../stores/bucket";
import { Repository } from "../../../stores/registry/repository";
import { S3Bucket } from "../../../stores/s3/s3-bucket";
import { s3Keys } from "../../stores/doubles/s3-double";

/** Where the servers of a test are, and what to do with them: one line of JSON on the standard input. */
export interface RunProgramInput {
  readonly plan: Plan;
  readonly promoted: Promoted;
  /** The URL of the table bucket. */
  readonly table: string;
  /** `HOST:PORT` of the staging registry, and the URL of the staging bucket. */
  readonly staging: { readonly host: string; readonly url: string };
  readonly registries: readonly { readonly mirror: string; readonly isOrigin: boolean; readonly host: string }[];
  readonly buckets: readonly {
    readonly mirror: string;
    readonly isOrigin: boolean;
    readonly kind: "blobs" | "files";
    readonly url: string;
  }[];
}

function openBucket(url: string): Bucket {
  return new S3Bucket({ bucket: "artifacts", region: "eu-west-1", endpoint: url, getKeys: async () => s3Keys });
}

function openRepository(host: string, name: string, access: "pull" | "push"): Repository {
  return new Repository({ host, name, access, findLogin: async () => undefined, pauses: [10, 20, 40] });
}

function createTargets({ registries, buckets }: RunProgramInput): Target[] {
  const more = { filling: "run", mayRemove: false } as const;
  return [
    ...registries.map(
      ({ mirror, isOrigin, host }): Target => ({
        ...more,
        kind: "registry",
        mirror,
        isOrigin,
        host,
        root: "mirrors",
        findLogin: async () => undefined,
      }),
    ),
    ...buckets.map(({ mirror, isOrigin, kind, url }): Target => {
      const keyOf = (name: string) => (kind === "blobs" ? `containers/images/${name}` : name);
      return { ...more, kind, mirror, isOrigin, bucket: openBucket(url), keyOf };
    }),
  ];
}

/** Carries out a plan against servers on loopback, in a process of its own that a test can kill. Prints the report. */
async function main(input: RunProgramInput): Promise<void> {
  const targets = createTargets(input);
  const stagingBucket = openBucket(input.staging.url);
  const repositories = new Map<string, Repository>();
  const open = (host: string, name: string, access: "pull" | "push") => {
    const key = `${host}/${name}`;
    const known = repositories.get(key) ?? openRepository(host, name, access);
    repositories.set(key, known);
    return known;
  };
  const openSource = (source: string) => open(input.staging.host, source.slice(source.indexOf("/") + 1), "pull");
  const openTarget = (target: RegistryTarget, repository: string) =>
    open(target.host, `${target.root}/${repository}`, "push");
  const { promoted } = input;
  const stores: PlanStores = {
    openSource,
    openRepository: openTarget,
    openSourceBucket: () => ({ bucket: stagingBucket, prefix: "" }),
  };
  const world = await readWorld({ promoted, targets, stores, withReferrers: false });
  const report = await runPromotion(input.plan, {
    ledger: await RunLedger.open({ tables: [openBucket(input.table)], projects: [] }),
    observations: new Observations(promoted, world),
    promised: { selected: promoted, all: promoted },
    targets,
    unplaced: [],
    openSource,
    openTarget,
    openFile: (source) => ({ bucket: stagingBucket, key: source.slice("gs://staging/".length) }),
    require: { kind: "all" },
    readBack: 0,
    isMutable: (name) => name.endsWith("stable.txt"),
    health: new TargetHealth(),
    memory: new MemoryBudget(1_000_000),
    counters: new RunCounters(),
    clock: {
      now: () => performance.now(),
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    },
    signal: new AbortController().signal,
    patience: 0,
    lanes: 4,
  });
  process.stdout.write(`${JSON.stringify({ isComplete: report.isComplete, failed: listFailures(report, targets) })}\n`);
}

function listFailures({ artifacts }: Awaited<ReturnType<typeof runPromotion>>, targets: readonly Target[]): string[] {
  const names = new Set(targets.map(targetName));
  return artifacts.flatMap(({ name, targets: outcomes }) =>
    outcomes.flatMap(({ target, reason }) => (names.has(target) && reason !== undefined ? [`${name}: ${reason}`] : [])),
  );
}

if (require.main === module) {
  const chunks: Buffer[] = [];
  process.stdin.on("data", (chunk) => chunks.push(chunk));
  process.stdin.on("end", () => void main(JSON.parse(Buffer.concat(chunks).toString())));
}
