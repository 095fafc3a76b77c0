import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadPromotion } from "../../cli/promote/load-promotion";
import { planSelection, selectEntries } from "../../cli/promote/plan-selection";
import { carryOutRun } from "../../cli/promote/run";
import { isError } from "../../document/problem";
import type { Ledger, LedgerImage } from "../../promotion/ledger/ledger";
import { readLedger } from "../../promotion/ledger/read-ledger";
import type { Plan, PlanFinding } from "../../promotion/plan/plan";
import type { Removal } from "../../promotion/withdrawal/removal";
import type { RemovalReport } from "../../promotion/withdrawal/removal-report";
import { checkStores } from "./check-stores";
import type { ManifestState, RealChange } from "./read-changes";
import { type ReplayRegistries, ReplayStores, translate } from "./replay-stores";

/** What was deleted. */
export interface DeletedObjects {
  readonly images: number;
  readonly tags: number;
  readonly files: number;
  readonly manifests: number;
  readonly blobs: number;
}

/** What became of a change. */
export interface ReplayedChange {
  readonly name: string;
  /** What the manifests before it had brought to all mirrors: images by digest at their repositories, and files. */
  readonly promoted: { readonly images: number; readonly files: number };
  /** What kept more from being promoted: rules that manifests break, and kinds of findings. */
  readonly refused: ReadonlyMap<string, number>;
  /** What the plan of the change says, before anything is withdrawn. */
  readonly plan: {
    /** Images and files to copy, and tags to set on digests that are there. */
    readonly copies: number;
    readonly tags: number;
    /** Artifacts by kind of finding. */
    readonly findings: ReadonlyMap<PlanFinding["kind"], ReadonlySet<string>>;
  };
  /** What vanished: withdrawn by the lines that the plan proposes, or allowed to stay because its project is gone. */
  readonly answer: "nothing" | "withdrawn" | "allowed";
  /** Whether the number of withdrawals needed an approval. */
  readonly needsApproval: boolean;
  /** Artifacts that the first run hid. */
  readonly hidden: number;
  /** What the run after the waiting time deleted, everywhere; manifests of a repository, and blobs of the bucket, each once. */
  readonly deleted: DeletedObjects;
  /** Why withdrawn images are still at mirrors, and how many. */
  readonly left: ReadonlyMap<string, number>;
  /** Parts of deleted images that are still there: for each, how many promoted images need it. */
  readonly shared: { readonly manifests: readonly number[]; readonly blobs: readonly number[] };
  /** What is wrong at the stores in the end. */
  readonly faults: readonly string[];
}

const inventory = (deleteAfter: number) => `project:
  name: replay
  contact: release@example.org
  info: https://example.org/about
  privacy: https://example.org/privacy
hosts:
  registry.example.org: { serves: [images] }
  dl.example.org: { serves: [files] }
dns: { zone: example.org, published-at: [google] }
redirector:
  runs-at: { aws: [us-east-2] }
origin: google/us-central1
promotion:
  destinations: { us.gcr.io/k8s-artifacts-prod: all, "gs://k8s-artifacts-prod/binaries": all }
  delete-after: ${deleteAfter}
providers:
  google:
    cloud: google
    project: replay
    mirrors:
      us-central1: { registry: {}, bucket: {}, withdrawal: true }
      europe-west1: { registry: {}, withdrawal: true }
  aws:
    cloud: aws
    account: "123456789012"
    primary: us-east-2
    mirrors:
      us-east-2: { bucket: {}, withdrawal: true }
`;

/** The real command's plan and run, on made-up contents. */
class Replay {
  readonly stores: ReplayStores;
  readonly #folder: string;
  readonly #inventories: { readonly usual: string; readonly atOnce: string };

  constructor(folder: string, stores: ReplayStores) {
    this.#folder = folder;
    this.stores = stores;
    this.#inventories = { usual: join(folder, "mirrors.yaml"), atOnce: join(folder, "at-once.yaml") };
    writeFileSync(this.#inventories.usual, inventory(7));
    writeFileSync(this.#inventories.atOnce, inventory(0));
  }

  /** Replaces the manifests. */
  write(state: ManifestState, neverStaged: ReadonlySet<string>): void {
    const folder = join(this.#folder, "manifests");
    rmSync(folder, { recursive: true, force: true });
    this.stores.stage(state, neverStaged);
    for (const [path, text] of state) this.#writeFile(join(folder, path), translate(text));
    // A folder that has lost its last list is still there.
    for (const each of state.keys()) {
      if (each.startsWith("filestores/"))
        mkdirSync(dirname(join(folder, each.replace("filestores", "manifests"))), { recursive: true });
    }
  }

  /** The rules that manifests break, with the number of places. */
  findErrors(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { rule } of loadPromotion(this.#options(false)).reading.problems.filter(isError)) {
      counts.set(rule, (counts.get(rule) ?? 0) + 1);
    }
    return counts;
  }

  /** Adds the lines that the plan proposes. @returns whether that withdraws all: a project that is gone has no place for them */
  withdraw(findings: readonly PlanFinding[], state: ManifestState): boolean {
    const pastes = findings.flatMap(({ kind, paste }) => (kind === "vanished" && paste ? [paste] : []));
    const hasProject = (file: string) => [...state.keys()].some((path) => dirname(file).endsWith(dirname(path)));
    if (!pastes.every(({ file }) => hasProject(file))) return false;
    for (const { file, lines } of pastes)
      this.#writeFile(file, `${lines.join("\n").replaceAll("WHY", "taken back")}\n`);
    return true;
  }

  /** @param atOnce whether there is no waiting time */
  async plan(allowVanished: boolean, atOnce = false, more?: string): Promise<Plan> {
    const promotion = loadPromotion(this.#options(atOnce));
    const ledger = await readLedger(this.stores.tables);
    const options = { ledger, allowVanished, more };
    return planSelection(selectEntries(undefined, promotion), promotion, this.stores.open(), options);
  }

  async run(allowVanished: boolean, more: string | undefined, atOnce = false) {
    const { report } = await carryOutRun({ ...this.#options(atOnce), allowVanished, more, wait: "0" }, () =>
      this.stores.open(),
    );
    return report;
  }

  #options(atOnce: boolean) {
    const { usual, atOnce: without } = this.#inventories;
    return { inventory: atOnce ? without : usual, manifests: [join(this.#folder, "manifests")] };
  }

  #writeFile(file: string, text: string): void {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/**
 * Promotes what the manifests of a change said before, then plans the change, withdraws what vanished by the lines that the plan proposes,
 * and runs it: once to hide, and once, as if the waiting time were over, to delete. Then every object of the stores is looked at.
 *
 * @param root a folder in the registries that nothing else uses
 */
export async function replayChange(
  change: RealChange,
  registries: ReplayRegistries,
  root: string,
): Promise<ReplayedChange> {
  const folder = mkdtempSync(join(tmpdir(), "replay-"));
  try {
    const stores = new ReplayStores(registries, root);
    const replay = new Replay(folder, stores);
    replay.write(change.before, change.neverStaged);
    const refused = replay.findErrors();
    const first = await replay.run(false, undefined);
    for (const [kind, artifacts] of groupFindings(first.findings)) refused.set(kind, artifacts.size);
    const images = first.artifacts.filter(({ kind, origin }) => kind === "image" && origin === "shown");
    const files = first.artifacts.filter(({ kind }) => kind === "file");

    replay.write(change.after, change.neverStaged);
    const plan = await replay.plan(false);
    const hasVanished = plan.findings.some(({ kind }) => kind === "vanished");
    const isWithdrawn = hasVanished && replay.withdraw(plan.findings, change.after);
    const answer = !hasVanished ? "nothing" : isWithdrawn ? "withdrawn" : "allowed";
    const allow = answer === "allowed";
    const approval = findApproval(await replay.plan(allow));
    const hiding = await replay.run(allow, approval);
    const second = findApproval(await replay.plan(allow, true));
    const { removals = [] } = await replay.plan(allow, true, second);
    const before = await readLedger(stores.tables);
    const last = await replay.run(allow, second, true);
    const kept = await readLedger(stores.tables);
    return {
      name: change.name,
      promoted: { images: images.length, files: files.length },
      refused,
      plan: { ...countWork(plan), findings: groupFindings(plan.findings) },
      answer,
      needsApproval: approval !== undefined,
      hidden: (hiding.removals ?? []).filter(({ state }) => state === "hide").length,
      ...countRemovals(removals, last.removals ?? [], before, kept),
      faults: await checkStores(stores, change, { keepsVanished: allow }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compares what was planned with what was done, and with what the ledger has before and afterwards. */
function countRemovals(
  planned: readonly Removal[],
  reports: readonly RemovalReport[],
  before: Ledger | undefined,
  after: Ledger | undefined,
): Pick<ReplayedChange, "deleted" | "left" | "shared"> {
  const isDone = ({ targets }: RemovalReport) => targets.every(({ state }) => state === "deleted" || state === "gone");
  const done = reports.filter((report) => report.state === "delete" && isDone(report));
  const left = new Map<string, number>();
  for (const report of reports) {
    const [reason] = new Set(report.targets.flatMap((outcome) => outcome.reason ?? []));
    if (reason !== undefined) left.set(shorten(reason), (left.get(shorten(reason)) ?? 0) + 1);
  }
  const images = done.filter(({ kind }) => kind === "image");
  const parts = planned.filter((removal) =>
    images.some(({ name, digest }) => removal.name === name && removal.digest === digest),
  );
  const manifests = new Set(parts.flatMap(({ name, manifests = [] }) => manifests.map((each) => `${name}@${each}`)));
  const blobs = new Set(parts.flatMap((removal) => removal.blobs ?? []));
  const gone = (before?.images ?? []).filter(({ repository, digest }) =>
    images.some((image) => image.name === repository && image.digest === digest),
  );
  const own = gone.flatMap(({ repository, digest, manifests: children }) =>
    [digest, ...children].map((each) => [repository, each] as const),
  );
  const count = (isNeeding: (image: LedgerImage) => boolean) =>
    (after?.images ?? []).filter((image) => !image.withdrawn && isNeeding(image)).length;
  const sharedManifests = new Map(
    own
      .filter(([name, each]) => !manifests.has(`${name}@${each}`))
      .map(([name, each]) => [`${name}@${each}`, [name, each] as const]),
  );
  const sharedBlobs = new Set(gone.flatMap((image) => image.blobs).filter((each) => !blobs.has(each)));
  return {
    deleted: {
      images: images.length,
      tags: done.filter(({ kind }) => kind === "tags").flatMap(({ tags }) => tags).length,
      files: done.filter(({ kind }) => kind === "file").length,
      manifests: manifests.size,
      blobs: blobs.size,
    },
    left,
    shared: {
      manifests: Array.from(sharedManifests.values(), ([name, each]) =>
        count(
          ({ repository, digest, manifests: children }) => repository === name && [digest, ...children].includes(each),
        ),
      ),
      blobs: Array.from(sharedBlobs, (each) => count((image) => image.blobs.includes(each))),
    },
  };
}

/** Without names, which are made up. */
function shorten(reason: string): string {
  return reason
    .replace(/^the tag \S+,/, "a tag,")
    .replace(/^\S+@sha256:\S+ may need parts of it, and/, "another image may need parts of it, and");
}

function findApproval({ findings }: Plan): string | undefined {
  const fix = findings.find(({ kind }) => kind === "too-many")?.fix ?? "";
  return /--more ([0-9a-f]+)/.exec(fix)?.[1];
}

function countWork({ images, files }: Plan) {
  const lacks = (content: boolean) => images.filter(({ missing }) => missing.some((each) => each.content) === content);
  const tags = lacks(false).flatMap(({ repository, missing }) =>
    missing.flatMap((each) => each.tags.map((tag) => `${repository}:${tag}`)),
  );
  return { copies: lacks(true).length + files.length, tags: new Set(tags).size };
}

/** The same artifact at two targets is one. */
function groupFindings(findings: readonly PlanFinding[]): ReadonlyMap<PlanFinding["kind"], ReadonlySet<string>> {
  const groups = new Map<PlanFinding["kind"], Set<string>>();
  for (const { kind, artifact, message, paste } of findings) {
    const group = groups.get(kind) ?? new Set();
    groups.set(kind, group);
    // Each of the proposed entries is one.
    const names = paste?.lines.flatMap((line, at, all) =>
      line.startsWith("- name:") ? [`${line} ${all[at + 1]}`] : [],
    );
    for (const each of names ?? [artifact ?? message]) group.add(each);
  }
  return groups;
}
