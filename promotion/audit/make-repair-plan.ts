import { formatCount } from "../../document/format-count";
import type { FilePlan, ImagePlan, Plan, PlanFinding } from "../plan/plan";
import { targetName } from "../plan/target-name";
import { isDestination } from "../plan/wanted-image";
import type { Promoted } from "../promoted";
import { sourceAt } from "../targets/source-at";
import type { FileTarget, RegistryTarget, Target } from "../targets/target";
import type { Audit } from "./audit-mirrors";
import type { ExpectedFile, ExpectedImage } from "./expected-artifacts";
import { type Fault, type TargetReading, wholeStore } from "./target-reading";

/** What a plan of repairs is made from. */
export interface RepairOptions {
  readonly promoted: Promoted;
  /** SHA-256 of what the manifests promise: see `promiseOf`. */
  readonly promise: string;
  /** Only what is missing or damaged at these is repaired. @default at all that the run writes to */
  readonly isWanted?: (target: Target) => boolean;
  /** Whether to leave what has other bytes, and tags that lead elsewhere. @default that is repaired, too */
  readonly onlyMissing?: boolean;
  /** Whether to include what only the ledger knows, and no manifest promises any more. @default a finding names how much that is */
  readonly withUnpromised?: boolean;
}

type Missing = ImagePlan["missing"][number];

/**
 * Plans to copy again what an audit found missing or damaged, from other mirrors. What nobody promoted is not touched. What no mirror has is a
 * finding `lost`.
 */
export function makeRepairPlan({ report, expected, readings }: Audit, options: RepairOptions): Plan {
  const planner = new RepairPlanner(readings, options);
  const images = expected.images.flatMap((image) => planner.planImage(image));
  const files = expected.files.flatMap((file) => planner.planFile(file));
  return {
    format: 1,
    made: report.started,
    promise: options.promise,
    repairs: true,
    images,
    files,
    findings: planner.findings,
  };
}

class RepairPlanner {
  readonly #readings: readonly TargetReading[];
  readonly #isWanted: (target: Target) => boolean;
  readonly #onlyMissing: boolean;
  readonly #withUnpromised: boolean;
  readonly #promised: ReadonlySet<string>;
  readonly #repositories: ReadonlySet<string>;
  readonly #lost: PlanFinding[] = [];
  #unpromised = 0;

  constructor(readings: readonly TargetReading[], options: RepairOptions) {
    const { promoted, isWanted = () => true, onlyMissing = false, withUnpromised = false } = options;
    this.#onlyMissing = onlyMissing;
    this.#withUnpromised = withUnpromised;
    // The origin first: it is the usual source.
    this.#readings = [...readings].sort((a, b) => Number(b.target.isOrigin) - Number(a.target.isOrigin));
    this.#isWanted = (target) => target.filling === "run" && isWanted(target);
    this.#promised = new Set([
      ...promoted.images.map(({ repository, digest }) => `${repository}@${digest}`),
      ...promoted.files.map(({ path, sha256 }) => `${path} ${sha256}`),
    ]);
    this.#repositories = new Set(promoted.images.map(({ repository }) => repository));
  }

  get findings(): PlanFinding[] {
    if (this.#unpromised === 0) return this.#lost;
    const message = `${formatCount(this.#unpromised, "artifact")} of earlier promotions cannot be repaired, because no manifest promises them any more`;
    const fix = "List them in a manifest again, or in withdrawn.yaml.";
    return [...this.#lost, { kind: "unpromotable", severity: "warning", message, fix }];
  }

  planImage(image: ExpectedImage): ImagePlan[] {
    const { project, repository, digest, attachedTo, destinations } = image;
    const missing = this.#readings.flatMap((reading) => this.#findMissing(image, reading));
    if (missing.length === 0) return [];
    const isPromised =
      attachedTo === undefined ? this.#promised.has(`${repository}@${digest}`) : this.#repositories.has(repository);
    if (!isPromised && !this.#withUnpromised) {
      this.#unpromised++;
      return [];
    }
    const lost = [...this.#findLost(image)];
    if (lost.length > 0) {
      this.#noteLost(project, `${repository}@${digest}`, `no mirror has ${lost.join(", ")}`);
      return [];
    }
    return [
      {
        project,
        source: this.#sourceOf(image),
        repository,
        digest,
        ...(attachedTo !== undefined && { attachedTo }),
        missing,
        ...(destinations !== "all" && { destinations }),
      },
    ];
  }

  planFile({ project, path, sha256, destinations }: ExpectedFile): FilePlan[] {
    const stores = this.#readings.filter(
      ({ target, unread }) =>
        target.kind === "files" && !unread.has(wholeStore) && isDestination(destinations, target.mirror),
    );
    const wrong = stores.filter(({ target, faults }) => this.#isWanted(target) && this.#isWrong(faults.get(path)));
    if (wrong.length === 0) return [];
    if (!this.#promised.has(`${path} ${sha256}`) && !this.#withUnpromised) {
      this.#unpromised++;
      return [];
    }
    const right = stores.find(({ faults }) => !faults.has(path));
    if (!right) {
      this.#noteLost(project, path, `no mirror has ${path} with the SHA-256 ${sha256}`);
      return [];
    }
    const damaged = wrong.flatMap(({ target, faults }) =>
      faults.get(path)?.state === "other" ? [targetName(target)] : [],
    );
    return [
      {
        project,
        source: sourceAt(right.target as FileTarget, path),
        path,
        sha256,
        missing: wrong.map(({ target }) => targetName(target)),
        ...(damaged.length > 0 && { damaged }),
        ...(destinations !== "all" && { destinations }),
      },
    ];
  }

  #isWrong(fault: Fault | undefined): boolean {
    return this.#onlyMissing ? fault?.state === "missing" : fault !== undefined;
  }

  #findMissing(image: ExpectedImage, { target, faults, unread }: TargetReading): Missing[] {
    const { repository, digest, tags, manifests, blobs } = image;
    if (target.kind === "files" || !this.#isWanted(target) || !isDestination(image.destinations, target.mirror))
      return [];
    if (unread.has(wholeStore) || unread.has(repository)) return [];
    const faultAt = (part: string) => faults.get(target.kind === "blobs" ? part : `${repository}@${part}`);
    const parts = target.kind === "blobs" ? blobs : [digest, ...manifests, ...blobs];
    const wrong = parts.filter((part) => this.#isWrong(faultAt(part)));
    const damaged = wrong.filter((part) => faultAt(part)?.state === "other");
    const named =
      target.kind === "blobs" ? [] : tags.filter((tag) => this.#isWrong(faults.get(`${repository}:${tag}`)));
    if (wrong.length + named.length === 0) return [];
    const moved = named.flatMap((tag) => {
      const { found } = faults.get(`${repository}:${tag}`) ?? {};
      return found === undefined ? [] : [{ tag, from: found }];
    });
    return [
      {
        target: targetName(target),
        content: wrong.length > 0,
        tags: named,
        ...(damaged.length > 0 && { damaged }),
        ...(moved.length > 0 && { moved }),
      },
    ];
  }

  /** The parts of an image that no store has. */
  *#findLost({ repository, digest, manifests, blobs, destinations }: ExpectedImage): Generator<string> {
    const stores = this.#readings.filter(
      ({ target, unread }) =>
        target.kind !== "files" &&
        !unread.has(wholeStore) &&
        !unread.has(repository) &&
        isDestination(destinations, target.mirror),
    );
    const registries = stores.filter(({ target }) => target.kind === "registry");
    for (const each of [digest, ...manifests]) {
      if (registries.every(({ faults }) => faults.has(`${repository}@${each}`))) yield each;
    }
    for (const each of blobs) {
      if (stores.every(({ target, faults }) => faults.has(target.kind === "blobs" ? each : `${repository}@${each}`))) {
        yield each;
      }
    }
  }

  /** A registry that has all of an image; the first, if none has. For reviewers: each part is read from wherever it is. */
  #sourceOf({ repository, digest, manifests, blobs, destinations }: ExpectedImage): string {
    const registries = this.#readings.filter(
      ({ target }) => target.kind === "registry" && isDestination(destinations, target.mirror),
    );
    const parts = [digest, ...manifests, ...blobs].map((each) => `${repository}@${each}`);
    const complete = registries.find(
      ({ faults, unread }) =>
        !unread.has(wholeStore) && !unread.has(repository) && !parts.some((part) => faults.has(part)),
    );
    const { target } = complete ?? registries[0] ?? {};
    return target ? sourceAt(target as RegistryTarget, repository) : repository;
  }

  #noteLost(project: string, artifact: string, message: string): void {
    const fix = "Publish it again in staging and run `mirrorform promote run`, or withdraw it.";
    this.#lost.push({ kind: "lost", severity: "error", project, artifact, message, fix });
  }
}
