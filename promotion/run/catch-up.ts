import type { FoundImage } from "../ledger/add-promoted";
import { entryName } from "../ledger/entry-name";
import type { Ledger } from "../ledger/ledger";
import { listFound, type TextPool } from "../ledger/list-found";
import { mergePromoted } from "../plan/merge-promoted";
import type { WantedImage } from "../plan/wanted-image";
import type { PromotedFile, PromotedImage } from "../promoted";
import { findTagsAtOrigin } from "./find-tags-at-origin";
import type { LedgerContext } from "./ledger-context";
import { createLimit, type LimitDestinations } from "./limit-destinations";
import { readFilesAtOrigin } from "./read-files-at-origin";
import { type ImageAtOrigin, readImagesAtOrigin } from "./read-images-at-origin";

/** Images that are read at the origin between two writes of the ledger: a run that is killed has not read them for nothing. */
const batchSize = 4_000;

/** The names of what is promised itself, and not only attached to something. */
function listKnown({ images, files }: Ledger): ReadonlySet<string> {
  const own = images.filter(({ attachedTo }) => attachedTo === undefined);
  return new Set([...own, ...files].map(entryName));
}

/** Reads at the origin what is there, and not in the ledger. */
class CatchUp {
  readonly #context: LedgerContext;
  readonly #pool: TextPool;
  readonly #limit: LimitDestinations;
  /** Projects of which something could not be read. */
  readonly #unread: Set<string>;

  constructor(context: LedgerContext, pool: TextPool) {
    this.#context = context;
    this.#unread = new Set(context.uncovered);
    this.#pool = pool;
    this.#limit = createLimit(context);
  }

  async run(): Promise<void> {
    const { promised, ledger, signal, onCatchUp = () => {} } = this.#context;
    const all = promised?.all ?? promised?.selected;
    if (!promised || !all) return;
    const covered = new Set(ledger.current.covered);
    const selected = new Set<PromotedImage | PromotedFile>([...promised.selected.images, ...promised.selected.files]);
    const known = listKnown(ledger.current);
    const isWanted = (entry: PromotedImage | PromotedFile) =>
      (selected.has(entry) || !covered.has(entry.project)) && !known.has(entryName(entry));
    const images = [...mergePromoted(all.images.filter(isWanted)).values()];
    const files = all.files.filter(isWanted);
    this.#noteUnopened(images, files);
    for (let from = 0; from < images.length; from += batchSize) {
      await this.#readImages(images.slice(from, from + batchSize));
      onCatchUp(Math.min(from + batchSize, images.length), images.length);
      await ledger.save(signal);
    }
    await this.#readFiles(files);
    // Without all manifests, nobody knows what else a project has promoted.
    if (promised.all) this.#cover(promised.all.projects);
  }

  /** Nobody looks for anything at an origin that could not be opened. */
  #noteUnopened(images: readonly WantedImage[], files: readonly PromotedFile[]): void {
    const origins = this.#context.targets.filter(({ isOrigin }) => isOrigin);
    const isOpen = (kind: "registry" | "files") => origins.some((target) => target.kind === kind);
    if (!isOpen("registry")) for (const { image } of images) this.#unread.add(image.project);
    if (!isOpen("files")) for (const { project } of files) this.#unread.add(project);
  }

  async #readImages(wanted: readonly WantedImage[]): Promise<void> {
    const byName = new Map(wanted.map((each) => [entryName(each.image), each]));
    const take = (found: ImageAtOrigin) => this.#list(found, byName.get(entryName(found.image)));
    const images = wanted.map(({ image }) => image);
    const { found, unread } = await readImagesAtOrigin(this.#context, images, take);
    this.#context.ledger.add({ images: found.flat(), files: [] });
    for (const { project } of unread) this.#unread.add(project);
  }

  #list({ image, closure, tags }: ImageAtOrigin, wanted: WantedImage | undefined): FoundImage[] {
    const destinations = this.#limit(wanted?.destinations ?? "all", "image");
    const { project, repository } = image;
    // If the plan has not looked, a promised tag that the origin has is taken for the promised one: a run never moves it.
    const seen = wanted && (findTagsAtOrigin(wanted, this.#context) ?? wanted.tags.filter((tag) => tags.has(tag)));
    const own = { project, repository, digest: this.#pool.keep(image.digest), tags: seen ?? [] };
    return listFound(closure, { ...own, ...(destinations && { destinations }) }, this.#pool);
  }

  async #readFiles(files: readonly PromotedFile[]): Promise<void> {
    try {
      const found = await readFilesAtOrigin(this.#context, files);
      const entries = found.map(({ file: { project, path, sha256, destinations: given } }) => {
        const destinations = this.#limit(given, "file");
        return { project, path, sha256, ...(destinations && { destinations }) };
      });
      this.#context.ledger.add({ images: [], files: entries });
    } catch {
      this.#context.signal.throwIfAborted();
      for (const { project } of files) this.#unread.add(project);
    }
  }

  #cover(projects: readonly string[]): void {
    this.#context.ledger.change((ledger) => {
      const before = new Set(ledger.covered);
      const more = projects.filter((project) => !before.has(project) && !this.#unread.has(project));
      return more.length === 0 ? ledger : { ...ledger, covered: [...before, ...more].sort() };
    });
  }
}

/**
 * Adds promised artifacts to the ledger that are at the origin already: after runs without a ledger, or that were killed. Of a project that
 * was never looked through, everything is looked for; of others, what the run is about.
 *
 * @throws the reason of the signal
 */
export function catchUp(context: LedgerContext, pool: TextPool): Promise<void> {
  return new CatchUp(context, pool).run();
}
