import { imageKey } from "../../overlay/image-key";
import type { ImageClosure } from "../image/read-closure";
import type { FoundFile } from "../ledger/add-promoted";
import { computeComplete, type Evidence, type LedgerTarget } from "../ledger/compute-complete";
import { entryName } from "../ledger/entry-name";
import type { LedgerFile, LedgerImage } from "../ledger/ledger";
import { listFound, TextPool } from "../ledger/list-found";
import { mergePromoted } from "../plan/merge-promoted";
import { targetName } from "../plan/target-name";
import type { WantedImage } from "../plan/wanted-image";
import type { Target } from "../targets/target";
import { catchUp } from "./catch-up";
import type { FileWork } from "./file-run";
import { findTagsAtOrigin } from "./find-tags-at-origin";
import type { ImageWork } from "./image-work";
import type { LedgerContext } from "./ledger-context";
import { createLimit, type LimitDestinations } from "./limit-destinations";
import { lookForAttached } from "./look-for-attached";
import type { RunLedger } from "./run-ledger";
import { WorkEvidence } from "./work-evidence";

/**
 * Keeps the ledger while a run promotes.
 *
 * 1. Before anything else, targets at which the plan found something missing fall back, so that redirectors ask them again.
 * 2. What was brought to the origin is added before its tags are set: a run that is killed then leaves an index that has too much, which
 *    costs questions to mirrors, rather than too little, which sends every client to the origin.
 * 3. In the end, what is at the origin and not in the ledger is read there, and targets advance to what they are verified to hold.
 */
export class LedgerRun {
  readonly #context: LedgerContext;
  readonly #ledger: RunLedger;
  readonly #targets: readonly LedgerTarget[];
  readonly #origins: readonly Target[];
  readonly #limit: LimitDestinations;
  readonly #pool = new TextPool();
  readonly #promised: ReadonlyMap<string, WantedImage>;

  constructor(context: LedgerContext) {
    this.#context = context;
    this.#ledger = context.ledger;
    this.#targets = [...context.targets, ...context.unplaced].map(({ mirror, kind }) => {
      return { mirror, kind, name: targetName({ mirror, kind }) };
    });
    this.#origins = context.targets.filter(({ isOrigin }) => isOrigin);
    this.#limit = createLimit(context);
    this.#promised = mergePromoted(context.promised?.selected.images ?? []);
  }

  /** Lets targets fall back that lack something. */
  async begin(): Promise<void> {
    this.#computeComplete((target, entry) => this.#observe(target, entry));
    await this.#ledger.save(this.#context.signal);
  }

  /** Keeps what an image of the plan consists of, as it is read. */
  keepContents(work: ImageWork, closure: ImageClosure): void {
    const { plan } = work;
    const { project, repository, digest, attachedTo } = plan;
    const wanted = this.#promised.get(imageKey(repository, digest));
    const destinations = this.#limit(wanted?.destinations ?? plan.destinations ?? "all", "image");
    const tags = this.#tagsOf(work, wanted);
    const image = {
      project,
      repository,
      digest: this.#pool.keep(digest),
      tags,
      ...(attachedTo !== undefined && !wanted && { attachedTo }),
      ...(destinations && { destinations }),
    };
    const [own, ...attached] = listFound(closure, image, this.#pool);
    if (!own) return;
    // What came to staging for an image that the origin has is planned, and noted, by itself.
    const isBrought = this.#origins.some((target) => plan.missing.some((each) => each.target === targetName(target)));
    work.found = isBrought ? [own, ...attached] : [own];
  }

  /** The tags that the origin has or is to get: without those that the plan refuses. */
  #tagsOf({ plan }: ImageWork, wanted: WantedImage | undefined): string[] {
    const given = plan.missing.flatMap(({ target, tags }) => (this.#isOrigin(target) || !wanted ? tags : []));
    const there = wanted ? (findTagsAtOrigin(wanted, this.#context) ?? []) : [];
    return [...new Set([...given, ...there])].sort();
  }

  #isOrigin(name: string): boolean {
    return this.#origins.some((target) => targetName(target) === name);
  }

  /** Adds what is at the origin by now, with all its bytes. */
  async record(images: readonly ImageWork[], files: readonly FileWork[]): Promise<void> {
    this.#addWorks(images, files);
    await this.#ledger.save(this.#context.signal);
  }

  #addWorks(images: readonly ImageWork[], files: readonly FileWork[]): void {
    const origins = this.#origins.map(({ kind, mirror }) => ({
      isFile: kind === "files",
      mirror,
      name: `${mirror} ${kind}`,
    }));
    const isThere = ({ record }: ImageWork | FileWork) => {
      const stores = origins.filter(({ isFile }) => isFile === (record.artifact.kind === "file"));
      return stores.length > 0 && stores.every(({ name, mirror }) => record.goesTo(mirror) && record.isFine(name));
    };
    const found = images.flatMap((work) => (work.found && isThere(work) ? work.found : []));
    const shown = files.filter((work) => work.record.origin === "shown" && isThere(work));
    this.#ledger.add({
      images: found,
      files: shown.map(({ plan: { project, path, sha256, destinations: given } }): FoundFile => {
        const destinations = this.#limit(given ?? "all", "file");
        return { project, path, sha256, ...(destinations && { destinations }) };
      }),
    });
  }

  /** Adds the rest, and notes what each target is verified to hold. @throws the reason of the signal */
  async finish(images: readonly ImageWork[], files: readonly FileWork[]): Promise<void> {
    this.#addWorks(images, files);
    await catchUp(this.#context, this.#pool);
    const works = new WorkEvidence(images, files, this.#context.targets);
    const find = (target: LedgerTarget, entry: LedgerImage | LedgerFile): Evidence => {
      const evidence = works.findEvidence(target, entry);
      return evidence === "unknown" ? this.#observe(target, entry) : evidence;
    };
    const attached = await lookForAttached(this.#context, find);
    this.#computeComplete((target, entry) => attached.get(target.name)?.get(entryName(entry)) ?? find(target, entry));
    await this.#ledger.save(this.#context.signal);
  }

  #observe(target: LedgerTarget, entry: LedgerImage | LedgerFile): Evidence {
    return this.#context.observations?.findEvidence(target, entry) ?? "unknown";
  }

  #computeComplete(find: (target: LedgerTarget, entry: LedgerImage | LedgerFile) => Evidence): void {
    this.#ledger.change((ledger) => {
      const complete = computeComplete(ledger, this.#targets, find);
      const names = new Set([...Object.keys(complete), ...Object.keys(ledger.complete)]);
      const isSame = [...names].every((name) => complete[name] === ledger.complete[name]);
      return isSame ? ledger : { ...ledger, complete };
    });
  }
}
