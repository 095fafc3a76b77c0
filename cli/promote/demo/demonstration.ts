import { formatCount } from "../../../document/format-count";
import { formatProblem } from "../../../document/problem";
import type { Placement } from "../../../promotion/manifests/placement";
import { readManifests } from "../../../promotion/manifests/read-manifests";
import { formatBytes } from "../../../promotion/plan/format-bytes";
import { targetName } from "../../../promotion/plan/target-name";
import { formatReportMarkdown } from "../../../promotion/run/format-report-markdown";
import type { RunReport } from "../../../promotion/run/run-report";
import { digestOf } from "../../../stores/registry/content";
import { formatPlanText } from "../format-plan-text";
import { loadPromotion } from "../load-promotion";
import { planSelection, selectEntries } from "../plan-selection";
import { carryOutRun, type OpenRun } from "../run";
import { AuditDemonstration } from "./audit-demonstration";
import { checkMirrors, type Expected, type MirrorCheck } from "./check-mirrors";
import type { ControlScene } from "./control-scene";
import { createDemoBytes, createDemoImage, type DemoImage, stageDemoImage } from "./demo-image";
import { type DemoProject, demoNames } from "./demo-project";
import type { DemoStores } from "./demo-stores";
import type { Narrator } from "./narrator";
import { WithdrawalDemonstration } from "./withdrawal-demonstration";

const { late, origin, repository } = demoNames;

/** Everything that mirrors hold at the end, and how it was verified. */
export interface DemoResult extends MirrorCheck {
  readonly artifacts: number;
  /** How the run verified what it wrote. */
  readonly verifiedBy: readonly string[];
}

/**
 * A promotion from its manifests to its mirrors, with what may go wrong. Manifests, plan and runs are the real ones; only the stores
 * are in this process.
 */
export class Demonstration {
  readonly #project: DemoProject;
  readonly #stores: DemoStores;
  readonly #narrator: Narrator;
  readonly #first = createDemoImage("v1.0.0");
  readonly #second = createDemoImage("v1.1.0");
  readonly #files = new Map([
    ["v1.0.0/linux/amd64/tool", createDemoBytes("tool amd64", 600_000)],
    ["v1.0.0/linux/arm64/tool", createDemoBytes("tool arm64", 600_000)],
    ["stable.txt", Buffer.from("v1.0.0\n")],
  ]);
  #placement: Placement | undefined;
  readonly #verifiedBy = new Map<string, Set<string>>();

  readonly #withdrawal: WithdrawalDemonstration;
  readonly #audit: AuditDemonstration;

  constructor(project: DemoProject, stores: DemoStores, narrator: Narrator) {
    this.#project = project;
    this.#stores = stores;
    this.#narrator = narrator;
    const scene: ControlScene = {
      ...{ project, stores, narrator, first: this.#first, second: this.#second, files: this.#files },
      carryOut: (plan) => this.#carryOut(plan),
      claimComplete: (claim, mirrors, expected) => this.#claimComplete(claim, mirrors, expected.images, expected.files),
    };
    this.#withdrawal = new WithdrawalDemonstration(scene);
    this.#audit = new AuditDemonstration(scene, this.#withdrawal.remaining);
  }

  /** @returns what the mirrors hold in the end, by store. @throws the reason of the signal */
  async run(): Promise<readonly DemoResult[]> {
    const steps = [
      () => this.#prepare(),
      () => this.#validate(),
      () => this.#plan(),
      () => this.#promote(),
      () => this.#repair(),
      () => this.#repeat(),
      () => this.#refuseTwoDigests(),
      () => this.#refuseMove(),
      () => this.#refuseCorruption(),
      () => this.#finish(),
      ...this.#withdrawal.steps,
      ...this.#audit.steps,
    ];
    for (const step of steps) {
      await step();
      this.#stores.signal.throwIfAborted();
    }
    return this.#results();
  }

  async #prepare(): Promise<void> {
    this.#narrator.begin("Two projects publish in staging, and a reviewed pull request says what is promoted");
    this.#promise([this.#first.digest, ["v1.0.0"]]);
    this.#project.promiseFiles(this.#files);
    const { inventory, facts, placement } = this.#load();
    this.#placement = placement;
    await this.#stores.start(inventory, facts);
    stageDemoImage(this.#stores.stagingRegistry, demoNames.image, this.#first);
    for (const [name, bytes] of this.#files) this.#stores.stagingBucket.hold(name, bytes);
    await this.#stores.setDown(late, true);
    this.#narrator.say(
      `app: ${demoNames.image}:v1.0.0 for amd64 and arm64, with a cosign signature and an SBOM; tools: ${formatCount(this.#files.size, "file")}.`,
    );
    const mirrors = this.#mirrors.filter((mirror) => mirror !== origin).join(", ");
    this.#narrator.say(`The origin is ${origin}, the mirrors are ${mirrors}. ${late} is down.`);
  }

  #validate(): void {
    this.#narrator.begin("mirrorform promote validate: the manifests are checked without a network");
    const { projects, digests, tags, files } = this.#load().reading.counts;
    const counts = [
      formatCount(projects, "project"),
      formatCount(digests, "digest"),
      formatCount(tags, "tag"),
      formatCount(files, "file"),
    ];
    this.#narrator.claim(`${counts.join(", ")}, no errors`, this.#load().reading.problems.length === 0);
  }

  async #plan(): Promise<void> {
    this.#narrator.begin("mirrorform promote plan: what is missing where, before anything is written");
    const promotion = this.#load();
    const stores = this.#stores.open({ who: "demo", commit: "plan" });
    const plan = await planSelection(selectEntries(undefined, promotion), promotion, stores, {});
    this.#narrator.show(formatPlanText(plan));
    const isMentioned = plan.findings.some(({ kind, target }) => kind === "unreachable" && target?.startsWith(late));
    this.#narrator.claim(
      `the plan has 1 image and ${this.#files.size} files, and warns that ${late} is down`,
      plan.images.length === 1 && plan.files.length === this.#files.size && isMentioned,
    );
    this.#narrator.claim("nothing was written", this.#held === 0);
  }

  async #promote(): Promise<void> {
    this.#narrator.begin("mirrorform promote run: read once, written to all, tags last");
    const report = await this.#carryOut();
    this.#narrator.show(formatReportMarkdown(report));
    const { read, distinct } = report.source;
    this.#narrator.claim(
      `staging was read once: ${formatBytes(read)} for ${formatBytes(distinct)} of content, whatever the number of mirrors`,
      read === distinct && read > this.#first.blobBytes,
    );
    const up = this.#mirrors.filter((mirror) => mirror !== late);
    await this.#claimComplete("pulled by tag and read back, every byte is right", up, [this.#first]);
    this.#claimOrder();
    this.#narrator.claim(
      `the inventory does not require ${late}, so it does not hold up the release; the report names it`,
      report.artifacts.every((artifact) => artifact.origin === "shown") &&
        report.findings.some(({ target }) => target?.startsWith(late)),
    );
  }

  /** A release becomes visible when the origin has its tag. */
  #claimOrder(): void {
    const { writes } = this.#stores;
    const what = writes.map((write) => write.what);
    const contents = what.lastIndexOf("content") + 1;
    const tags = what.length - contents;
    this.#narrator.claim(
      `at the registries, ${formatCount(contents, "write")} of content came first, then the tag at ${formatCount(tags - 1, "mirror")}, and last of all the tag at the origin`,
      what.indexOf("tag") === contents && tags === 2 && writes.at(-1)?.mirror === origin,
    );
  }

  async #repair(): Promise<void> {
    this.#narrator.begin(`${late} is back: the same command fills it`);
    await this.#stores.setDown(late, false);
    const report = await this.#carryOut();
    const written = report.targets.filter(({ objects }) => objects > 0).map(({ target }) => target);
    this.#narrator.claim(
      `the run wrote to ${written.join(" and ")}, and to nothing else`,
      written.length === 2 && written.every((target) => target.startsWith(late)),
    );
    await this.#claimComplete("every byte is right there, too", [late], [this.#first]);
  }

  async #repeat(): Promise<void> {
    this.#narrator.begin("Run it again: there is nothing to do");
    const [before, begin] = [this.#stores.requests, performance.now()];
    const report = await this.#carryOut();
    const [requests, time] = [this.#stores.requests - before, performance.now() - begin];
    const stores = this.#stores.targets.length + 2;
    this.#narrator.claim(
      `it wrote nothing, and asked ${stores} stores with ${formatCount(requests, "request")} in ${Math.round(time)} ms`,
      report.isComplete && report.artifacts.length === 0 && report.source.read === 0,
    );
  }

  async #refuseTwoDigests(): Promise<void> {
    this.#narrator.begin("A pull request promises one tag for two digests");
    stageDemoImage(this.#stores.stagingRegistry, demoNames.image, this.#second);
    this.#promise([this.#first.digest, ["v1.0.0"]], [this.#second.digest, ["v1.0.0"]]);
    const before = this.#stores.requests;
    const { problems } = readManifests([this.#project.manifests], this.#placement);
    this.#narrator.show(this.#project.shorten(problems.map(formatProblem).join("\n")));
    this.#narrator.claim(
      "both places are named, with line and column, and no store was asked",
      problems.length === 2 &&
        problems.every(({ rule }) => rule === "manifest/tag-conflict") &&
        this.#stores.requests === before,
    );
  }

  async #refuseMove(): Promise<void> {
    this.#narrator.begin("A pull request moves a tag that is released");
    this.#promise([this.#second.digest, ["v1.0.0"]]);
    const report = await this.#carryOut();
    const moved = report.findings.filter(({ kind }) => kind === "moved");
    const [finding] = moved;
    if (finding) this.#narrator.show(this.#project.shorten(`${finding.message}\n→ ${finding.fix}`));
    this.#narrator.claim(
      "refused, with line and column",
      moved.length > 0 && moved.every(({ fix }) => /images\.yaml:\d+:\d+/.test(fix)),
    );
    this.#narrator.claim("v1.0.0 is what it was at every registry", this.#tagIs("v1.0.0", this.#first.digest));
  }

  async #refuseCorruption(): Promise<void> {
    this.#narrator.begin("v1.1.0 is promoted, and staging sends a wrong byte");
    this.#promise([this.#first.digest, ["v1.0.0"]], [this.#second.digest, ["v1.1.0"]]);
    const staged = this.#stores.stagingRegistry.blobs;
    const key = `${demoNames.image} ${this.#second.ownLayer}`;
    const good = staged.get(key) as Buffer;
    const bad = Buffer.from(good);
    bad.writeUInt8(bad.readUInt8(1_000) ^ 1, 1_000);
    staged.set(key, bad);
    const report = await this.#carryOut();
    const reasons = report.artifacts.flatMap(({ targets }) => targets.map((target) => target.reason));
    const reason = reasons.find((each) => each !== undefined);
    if (reason !== undefined) this.#narrator.show(reason);
    this.#narrator.claim("v1.1.0 is visible nowhere", this.#tagIs("v1.1.0", undefined) && !report.isComplete);
    this.#narrator.claim("no mirror keeps a byte that is not what its digest says", this.#isEverythingIntact());
    staged.set(key, good);
  }

  async #finish(): Promise<void> {
    this.#narrator.begin("Staging is repaired, and the next run finishes the release");
    const report = await this.#carryOut();
    this.#narrator.claim("the run is complete", report.isComplete);
    await this.#claimComplete("all mirrors have both releases, every byte right", this.#mirrors, [
      this.#first,
      this.#second,
    ]);
  }

  async #results(): Promise<DemoResult[]> {
    const { remaining } = this.#withdrawal;
    const checks = await checkMirrors(this.#stores, this.#mirrors, remaining);
    return checks.map((check) => ({
      ...check,
      artifacts: check.target.endsWith(" files") ? remaining.files.size : remaining.images.length,
      verifiedBy: [...(this.#verifiedBy.get(check.target) ?? [])].sort(),
    }));
  }

  get #mirrors(): string[] {
    return [...new Set(this.#stores.targets.map(({ mirror }) => mirror))];
  }

  /** Objects that mirrors hold. */
  get #held(): number {
    const { registries, buckets } = this.#stores;
    const held = [
      ...registries.map(({ blobs, manifests }) => blobs.size + manifests.size),
      ...buckets.map(({ objects }) => objects.size),
    ];
    return held.reduce((sum, each) => sum + each, 0);
  }

  #promise(...digests: readonly (readonly [string, readonly string[]])[]): void {
    this.#project.promiseImages(new Map(digests));
  }

  #load() {
    return loadPromotion({ inventory: this.#project.inventory });
  }

  /** @param plan a file with a plan that was reviewed */
  async #carryOut(plan?: string): Promise<RunReport> {
    const { inventory } = this.#project;
    const open: OpenRun = (read, facts, cause) => {
      this.#stores.place(read, facts);
      return this.#stores.open(cause);
    };
    const { report } = await carryOutRun({ inventory, ...(plan !== undefined && { plan }) }, open);
    for (const { targets } of report.artifacts) {
      for (const { target, verified } of targets) {
        const known = this.#verifiedBy.get(target) ?? new Set();
        this.#verifiedBy.set(target, known);
        for (const each of verified) known.add(each);
      }
    }
    return report;
  }

  async #claimComplete(
    claim: string,
    mirrors: readonly string[],
    images: readonly DemoImage[],
    files: Expected["files"] = this.#files,
  ): Promise<void> {
    const checks = await checkMirrors(this.#stores, mirrors, { images, files });
    const problems = checks.flatMap(({ target, problem }) => (problem === undefined ? [] : [`${target}: ${problem}`]));
    const objects = checks.reduce((sum, check) => sum + check.objects, 0);
    const bytes = checks.reduce((sum, check) => sum + check.bytes, 0);
    for (const problem of problems) this.#narrator.say(problem);
    this.#narrator.claim(
      `${claim}: ${mirrors.join(", ")} (${formatCount(objects, "object")}, ${formatBytes(bytes)})`,
      problems.length === 0 && objects > 0,
    );
  }

  /** Whether a tag has this digest at every registry of a mirror. */
  #tagIs(tag: string, digest: string | undefined): boolean {
    return this.#stores.registries.every((registry) => registry.tagsOf(repository)[tag] === digest);
  }

  #isEverythingIntact(): boolean {
    const blobs = this.#stores.registries.flatMap((registry) => [...registry.blobs]);
    const isIntact = ([key, bytes]: readonly [string, Buffer]) => key.endsWith(` ${digestOf(bytes)}`);
    const buckets = this.#stores.targets.flatMap((target) => (target.kind === "blobs" ? [targetName(target)] : []));
    const objects = this.#stores.buckets.flatMap(({ objects }) => [...objects]);
    const isNamedRight = ([key, { bytes }]: readonly [string, { readonly bytes: Buffer }]) =>
      !key.startsWith("containers/images/") || key.endsWith(digestOf(bytes));
    return buckets.length > 0 && blobs.every(isIntact) && objects.every(isNamedRight);
  }
}
