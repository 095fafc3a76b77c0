import type { Plan, PlannedScope } from "../plan/plan";
import { targetName } from "../plan/target-name";
import type { RemovalReport } from "../withdrawal/removal-report";
import { ArtifactRecord } from "./artifact-record";
import { CopyWait } from "./await-copies";
import { DonorIndexes } from "./donor-indexes";
import { FileRun, type FileWork } from "./file-run";
import { findWithdrawn } from "./find-withdrawn";
import { holdAnnouncements } from "./hold-announcements";
import { ImageContentRun } from "./image-content";
import { ImageTagRun } from "./image-tags";
import type { ImageWork } from "./image-work";
import { hasLedger } from "./ledger-context";
import { LedgerRun } from "./ledger-run";
import { ParticipantFinder } from "./participants";
import { recordCompletion } from "./record-completion";
import type { RunContext } from "./run-context";
import type { RunReport } from "./run-report";
import { canWithdraw, WithdrawalRun } from "./withdrawal-run";

/**
 * Carries out a plan. Every step first looks at what is there, so a run that was killed anywhere is finished by running again.
 *
 * 1. Blobs, then manifests, indexes, signatures and other referrers, to all targets; files whose names are not mutable, at the origin
 *    last.
 *    Then they are in the ledger, if there is one.
 * 2. Tags at mirrors, then tags at the origin, of each image that the required mirrors have.
 * 3. Files with mutable names, which announce a release: of projects whose other artifacts are at the origin, and those that the origin
 *    has already.
 * 4. What clouds and donors copy is verified; earlier if the inventory requires one of these mirrors: then files wait, too.
 * 5. The ledger gets what was verified where.
 *
 * What is withdrawn is hidden before all this, and deleted afterwards.
 *
 * An artifact that fails is in the report, and does not stop the others.
 *
 * @throws the reason of the signal, after `onStop` got what was done until then
 */
export async function runPromotion(plan: Plan, context: RunContext): Promise<RunReport> {
  const begin = context.clock.now();
  const started = new Date().toISOString();
  const closed = context.unplaced.map(targetName);
  const images = plan.images.map((image) => createImageWork(image, closed));
  const files = plan.files.map((file) => createFileWork(file, closed));
  joinSameDigests(images);
  const withdrawal = canWithdraw(context) ? new WithdrawalRun(context, plan) : undefined;
  const report = (findings: Plan["findings"], removals: readonly RemovalReport[] = []) => {
    const seconds = (context.clock.now() - begin) / 1000;
    return createReport({ findings, removals }, [...images, ...files], started, seconds, context);
  };
  try {
    const donors = await DonorIndexes.open(context);
    donors.recall(images);
    const uncovered = canWithdraw(context) ? await findWithdrawn(context) : undefined;
    withdrawal?.hide();
    await promoteAll(plan, images, files, { ...context, ...(uncovered && { uncovered }) });
    const removals = await withdrawal?.delete();
    const unpublished = await donors.publish(images, files);
    return report([...plan.findings, ...unpublished, ...(context.ledger?.findings ?? [])], removals);
  } catch (error) {
    if (context.signal.aborted) context.onStop?.(report(plan.findings));
    throw error;
  }
}

async function promoteAll(
  plan: Plan,
  images: readonly ImageWork[],
  files: readonly FileWork[],
  context: RunContext,
): Promise<void> {
  const ledger = hasLedger(context) ? new LedgerRun(context) : undefined;
  const participants = new ParticipantFinder(context.targets, context.unplaced);
  const tags = new ImageTagRun(context, participants);
  const fileRun = new FileRun(context, participants);
  const copies = new CopyWait(context);
  const isLast = ({ plan: { path } }: FileWork) => context.isMutable(path);

  const ordinary = files.filter((work) => !isLast(work));
  const isAwaitedFirst = requiresOthers(context);
  const runFiles = async (works: readonly FileWork[], withImages: readonly ImageWork[]) => {
    await fileRun.run(works);
    if (!isAwaitedFirst) return;
    await copies.run(withImages, works);
    await fileRun.runHeld(works);
  };

  await ledger?.begin();
  await new ImageContentRun(context, (work, closure) => ledger?.keepContents(work, closure)).run(images);
  await runFiles(ordinary, images);
  await ledger?.record(images, ordinary);
  await tags.runAtMirrors(images);
  await tags.runAtOrigin(images);
  const origins = context.targets.filter(({ isOrigin, kind }) => isOrigin && kind === "files").map(targetName);
  const release = { others: [...images, ...ordinary], findings: plan.findings, origins };
  const announcements = files.filter(isLast);
  // What is repaired was announced before.
  await runFiles(context.mirrors ? announcements : holdAnnouncements(announcements, release), []);
  if (!isAwaitedFirst) await copies.run(images, files);
  await recordCompletion(images, context);
  await ledger?.finish(images, files);
}

function createImageWork(plan: Plan["images"][number], closed: readonly string[]): ImageWork {
  const tags = [...new Set(plan.missing.flatMap((missing) => missing.tags))].sort();
  const { project, repository: name, digest } = plan;
  const targets = plan.missing.map(({ target }) => target);
  const record = new ArtifactRecord(
    { kind: "image", project, name, digest, tags },
    targets,
    addClosed(plan, closed, "image"),
  );
  return { plan, record, manifest: undefined, contents: undefined };
}

function createFileWork(plan: Plan["files"][number], closed: readonly string[]): FileWork {
  const { project, path: name, sha256 } = plan;
  const artifact = { kind: "file", project, name, digest: `sha256:${sha256}`, tags: [] } as const;
  return { plan, record: new ArtifactRecord(artifact, plan.missing, addClosed(plan, closed, "file")) };
}

/** A store that could not be opened may lack all that goes to its mirror. */
function addClosed(scope: PlannedScope, closed: readonly string[], kind: "image" | "file"): PlannedScope {
  const { destinations, unread = [] } = scope;
  const concerned = closed.filter((target) => {
    const [mirror = ""] = target.split(" ");
    return target.endsWith(" files") === (kind === "file") && (destinations?.includes(mirror) ?? true);
  });
  return { ...(destinations && { destinations }), unread: [...unread, ...concerned] };
}

/** A bucket holds a digest once for all repositories, so the plan has it at one of them. */
function joinSameDigests(works: readonly ImageWork[]): void {
  const bearers = new Map<string, Map<string, ArtifactRecord>>();
  for (const { plan, record } of works) {
    const buckets = plan.missing.filter(({ target }) => target.endsWith(" blobs"));
    const known = bearers.get(plan.digest) ?? new Map<string, ArtifactRecord>();
    for (const { target } of buckets) known.set(target, record);
    bearers.set(plan.digest, known);
  }
  for (const { plan, record } of works) record.relyOn(bearers.get(plan.digest) ?? new Map());
}

/** Whether the inventory requires a mirror that the run does not write to: by its name, or because the others are too few. */
function requiresOthers({ require, targets }: RunContext): boolean {
  if (require.kind === "all") return false;
  const mirrors = targets.filter(({ isOrigin }) => !isOrigin);
  const others = mirrors.filter(({ filling }) => filling !== "run");
  if (require.kind === "mirrors") return others.some(({ mirror }) => require.mirrors.includes(mirror));
  const written = new Set(mirrors.flatMap(({ filling, mirror }) => (filling === "run" ? [mirror] : [])));
  return others.length > 0 && require.number > written.size;
}

function createReport(
  { findings, removals }: { readonly findings: Plan["findings"]; readonly removals: readonly RemovalReport[] },
  works: readonly { readonly record: ArtifactRecord }[],
  started: string,
  seconds: number,
  { counters, health, targets: opened, ledger, mirrors }: RunContext,
): RunReport {
  const origins = opened.filter(({ isOrigin }) => isOrigin);
  const artifacts = works.map(({ record }) => {
    const isFile = record.artifact.kind === "file";
    return record.report(origins.filter(({ kind }) => (kind === "files") === isFile).map(targetName));
  });
  const isDone = artifacts.every(
    ({ origin, targets }) =>
      origin === "shown" && targets.every(({ state }) => state === "there" || state === "written"),
  );
  const hasFailed = removals.some((removal) => removal.targets.some(({ state }) => state === "failed"));
  const names = [...new Set([...counters.targets.keys(), ...health.broken.keys()])].sort();
  const none = { objects: 0, bytes: 0, mounted: 0, tags: 0 };
  const targets = names.map((target) => {
    const reason = health.broken.get(target);
    return { target, ...(counters.targets.get(target) ?? none), ...(reason !== undefined && { givenUp: reason }) };
  });
  return {
    format: 1,
    started,
    seconds,
    ...(mirrors && { isRepair: true }),
    // A store that was not read may lack anything, though one that is down does not keep the others from being filled.
    isComplete:
      isDone && !hasFailed && findings.every(({ kind, severity }) => severity !== "error" && kind !== "unreachable"),
    artifacts,
    ...(removals.length > 0 && { removals }),
    findings,
    ...(ledger && { ledger: ledger.summarize(opened.map(targetName)) }),
    source: { read: counters.read, distinct: counters.distinct },
    targets,
  };
}
