import { setMaxListeners } from "node:events";
import { inParallel } from "../../stores/in-parallel";
import type { Ledger } from "../ledger/ledger";
import { targetName } from "../plan/target-name";
import { isDestination } from "../plan/wanted-image";
import type { Promoted, PromotedImage } from "../promoted";
import type { UnplacedStore } from "../targets/store-place";
import type { RegistryTarget, Target } from "../targets/target";
import { auditRegistry } from "./audit-registry";
import type { AuditFinding, AuditReport } from "./audit-report";
import type { AuditRepository } from "./audit-repository";
import { BucketAudit } from "./bucket-audit";
import { findFolders } from "./bucket-folders";
import { ChecksumComparison } from "./checksum-comparison";
import { countArtifacts } from "./count-artifacts";
import { expectAt } from "./expect-at";
import type { ExpectedArtifacts } from "./expected-artifacts";
import { findExpected } from "./find-expected";
import type { ReadFailure } from "./read-failure";
import { type ReadImages, readImages } from "./read-images";
import type { TargetReading, Unexpected } from "./target-reading";

/** What an audit looks at. */
export interface AuditOptions {
  readonly promoted: Promoted;
  /** @default there is none: what manifests promise is expected */
  readonly ledger?: Ledger | undefined;
  readonly targets: readonly Target[];
  /** Stores that could not be opened. */
  readonly unplaced: readonly UnplacedStore[];
  open(target: RegistryTarget, repository: string): AuditRepository;
  /** The repositories below a registry's root. @returns undefined if it does not list them */
  listRepositories(target: RegistryTarget): Promise<readonly string[] | undefined>;
  /** The folders of projects' files; an empty one stands for the whole bucket. */
  readonly folders: readonly string[];
  /** How many objects of each store are read as a whole. */
  readonly sample: number | "all";
  readonly seed: string;
  /** Milliseconds. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** What an audit found, with what it was compared with. */
export interface Audit {
  readonly report: AuditReport;
  readonly expected: ExpectedArtifacts;
  readonly readings: readonly TargetReading[];
}

/** Repositories of which closures are read at the same time. */
const lanes = 4;

/**
 * Compares what all mirrors hold with what was promoted. Nothing is written.
 *
 * @throws the reason of the signal
 */
export async function auditMirrors(options: AuditOptions): Promise<Audit> {
  const { promoted, ledger, now } = options;
  const begin = now();
  // Every request listens to it, and Node.js warns of more than ten listeners.
  setMaxListeners(0, options.signal);
  const expected = await findExpected(promoted, ledger, (images) => readClosures(images, options));
  const readings = await readTargets(options, expected);
  for (const reading of readings) noteUnclear(reading, expected.unclear);
  const targets = readings
    .map((reading) => countArtifacts(reading, expectAt(reading.target, expected)))
    .sort((a, b) => (a.target < b.target ? -1 : 1));
  const findings = [...readings.flatMap(listFindings), ...options.unplaced.map(describeUnplaced)].sort(compareFindings);
  const report: AuditReport = {
    format: 1,
    started: new Date(begin).toISOString(),
    seconds: (now() - begin) / 1000,
    seed: options.seed,
    sample: options.sample,
    isClean: !findings.some((finding) => isWrong(finding, options.targets)),
    pending: expected.pendingArtifacts,
    targets,
    findings,
  };
  return { report, expected, readings };
}

async function readTargets(options: AuditOptions, expected: ExpectedArtifacts): Promise<TargetReading[]> {
  const { targets, folders, open, listRepositories } = options;
  const { sizes } = expected;
  const buckets: BucketAudit[] = [];
  const registries: Promise<TargetReading>[] = [];
  for (const target of targets) {
    const shared = { ...options, expectation: expectAt(target, expected), sizes };
    if (target.kind === "registry") {
      const opened = {
        open: (repository: string) => open(target, repository),
        listRepositories: () => listRepositories(target),
      };
      registries.push(auditRegistry(target, { ...shared, ...opened }));
    } else buckets.push(new BucketAudit(target, { ...shared, folders: findFolders(target, folders) }));
  }
  const comparison = new ChecksumComparison();
  const listed = Promise.all(buckets.map((bucket) => bucket.list(comparison))).then(() =>
    Promise.all(buckets.map((bucket) => bucket.verify(comparison))),
  );
  const [read] = await Promise.all([Promise.all(registries), listed]);
  return [...read, ...buckets.map(({ reading }) => reading)];
}

/** Reads what images consist of that the ledger does not know, the origin first. */
async function readClosures(
  images: readonly PromotedImage[],
  { targets, open, signal }: AuditOptions,
): Promise<ReadImages> {
  const registries = targets.filter((target) => target.kind === "registry");
  registries.sort((a, b) => Number(b.isOrigin) - Number(a.isOrigin));
  const groups = new Map<string, PromotedImage[]>();
  for (const image of images) {
    const group = groups.get(image.repository);
    if (group) group.push(image);
    else groups.set(image.repository, [image]);
  }
  const read = await inParallel([...groups], lanes, ([repository, group]) =>
    readImages(
      group,
      registries.map((target) => open(target, repository)),
      signal,
    ),
  );
  return {
    images: read.flatMap((each) => each.images),
    sizes: new Map(read.flatMap((each) => [...each.sizes])),
    failures: read.flatMap((each) => each.failures),
  };
}

/** What nobody knows of images that no registry has completely. */
function noteUnclear(reading: TargetReading, failures: readonly ReadFailure[]): void {
  const { target, faults, unread } = reading;
  if (target.kind === "files" || failures.length === 0) return;
  // Their parts look like somebody else's.
  const isPart = ({ name }: Unexpected) =>
    target.kind === "blobs" ||
    failures.some(
      ({ repository }) => /^(?:@|:sha256-)/.test(name.slice(repository.length)) && name.startsWith(repository),
    );
  const foreign = reading.unexpected.filter((each) => !isPart(each));
  reading.unexpected.splice(0, Number.POSITIVE_INFINITY, ...foreign);
  for (const { repository, digest, destinations, isAbsent, message } of failures) {
    if (!isDestination(destinations, target.mirror)) continue;
    const name = `${repository}@${digest}`;
    const reason = `no registry has all of it: ${message}`;
    if (!isAbsent) unread.set(unread.has(repository) ? name : repository, reason);
    else if (!faults.has(name)) faults.set(name, { state: "missing", message: reason });
  }
}

function listFindings({ target, faults, unread, unexpected }: TargetReading): AuditFinding[] {
  const name = targetName(target);
  return [
    ...Array.from(faults, ([object, { state, message }]) => ({ target: name, state, name: object, message })),
    ...unexpected.map((each) => ({ target: name, state: "unexpected", ...each }) as const),
    ...Array.from(unread, ([object, message]) => ({ target: name, state: "unread", name: object, message }) as const),
  ];
}

function describeUnplaced({ mirror, kind, message, fix }: UnplacedStore): AuditFinding {
  return { target: targetName({ mirror, kind }), state: "unread", name: "*", message: `${message}: ${fix}` };
}

/** Whether a finding is wrong: donors copy when they like. */
function isWrong({ target, state }: AuditFinding, targets: readonly Target[]): boolean {
  if (state !== "missing") return true;
  return targets.find((each) => targetName(each) === target)?.filling !== "donor";
}

function compareFindings(a: AuditFinding, b: AuditFinding): number {
  const keys = [a, b].map(({ target, state, name }) => `${target}\n${state}\n${name}`);
  const [first = "", second = ""] = keys;
  return first < second ? -1 : Number(first > second);
}
