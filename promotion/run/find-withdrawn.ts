import { createHash } from "node:crypto";
import { imageKey } from "../../overlay/image-key";
import { inParallel } from "../../stores/in-parallel";
import type { FoundFile, FoundImage } from "../ledger/add-promoted";
import { listFound, TextPool } from "../ledger/list-found";
import { targetName } from "../plan/target-name";
import type { PromotedImage, Withdrawn, WithdrawnFile, WithdrawnImage } from "../promoted";
import type { FileTarget, RegistryTarget } from "../targets/target";
import { createLimit } from "./limit-destinations";
import { readImagesAtOrigin } from "./read-images-at-origin";
import type { WithdrawalContext } from "./withdrawal-run";

/** Requests at the origin at the same time. */
const lanes = 16;

/** Reads at the origin what is withdrawn. */
class WithdrawnFinder {
  readonly #context: WithdrawalContext;
  /** Projects of which something could not be read. */
  readonly unread = new Set<string>();

  constructor(context: WithdrawalContext) {
    this.#context = context;
  }

  async run(): Promise<void> {
    const { ledger, targets } = this.#context;
    const wanted = this.#listUnknown();
    const images = wanted.filter((entry) => entry.kind === "image");
    const files = wanted.filter((entry) => entry.kind === "file");
    const registry = targets.find((each): each is RegistryTarget => each.isOrigin && each.kind === "registry");
    const bucket = targets.find((each): each is FileTarget => each.isOrigin && each.kind === "files");
    for (const { project, kind } of wanted) if (!(kind === "image" ? registry : bucket)) this.unread.add(project);
    const found = {
      images: registry && images.length > 0 ? await this.#findImages(registry, images) : [],
      files: bucket ? (await inParallel(files, lanes, (entry) => this.#findFile(bucket, entry))).flat() : [],
    };
    ledger.add(found);
  }

  /** Entries of projects that were never looked through, and that name what the ledger does not have. */
  #listUnknown(): Withdrawn[] {
    const { ledger, withdrawal } = this.#context;
    const { covered = [], images, files } = ledger.current;
    const known = new Set([
      ...images.flatMap(({ repository, digest, tags }) => [
        imageKey(repository, digest),
        ...tags.map((tag) => `${repository}:${tag}`),
      ]),
      ...files.map(({ path }) => path),
    ]);
    return (withdrawal.all ?? withdrawal.manifests.withdrawn).filter((entry) => {
      if (covered.includes(entry.project)) return false;
      if (entry.kind === "file") return !known.has(entry.path);
      const { repository, digest, tags } = entry;
      return digest === undefined
        ? tags.some((tag) => !known.has(`${repository}:${tag}`))
        : !known.has(imageKey(repository, digest));
    });
  }

  async #findImages(origin: RegistryTarget, entries: readonly WithdrawnImage[]): Promise<FoundImage[]> {
    const tags = new Map<string, string[]>();
    const images: PromotedImage[] = [];
    await inParallel(entries, lanes, async (entry) => {
      const found = (await this.#attempt(entry, targetName(origin), () => this.#findDigests(origin, entry))) ?? [];
      for (const [digest, own] of found) {
        const { project, repository, destinations, place } = entry;
        tags.set(imageKey(repository, digest), [...(tags.get(imageKey(repository, digest)) ?? []), ...own]);
        images.push({ project, source: "", repository, digest, tags: own, destinations, place });
      }
    });
    const pool = new TextPool();
    const limit = createLimit(this.#context);
    const { found, unread } = await readImagesAtOrigin(this.#context, images, ({ image, closure }) => {
      const { project, repository, digest } = image;
      const destinations = limit(image.destinations, "image");
      const own = { project, repository, digest, tags: [...new Set(tags.get(imageKey(repository, digest)))].sort() };
      return listFound(closure, { ...own, ...(destinations && { destinations }) }, pool);
    });
    for (const { project } of unread) this.unread.add(project);
    return found.flat();
  }

  /** The digests that an entry names, if they are there, with the tags that lead to them. */
  async #findDigests(origin: RegistryTarget, entry: WithdrawnImage): Promise<Map<string, string[]>> {
    const { signal } = this.#context;
    const repository = this.#context.openTarget(origin, entry.repository);
    const found = new Map<string, string[]>();
    if (entry.digest !== undefined) {
      if (!(await repository.headManifest(entry.digest, signal))) return found;
      found.set(entry.digest, []);
    }
    const tags = [...entry.tags];
    if (entry.digest !== undefined) for await (const page of repository.tags(signal)) tags.push(...page);
    await inParallel(tags, lanes, async (tag) => {
      const digest = (await repository.headManifest(tag, signal))?.digest;
      if (digest === undefined || (entry.digest !== undefined && entry.digest !== digest)) return;
      found.set(digest, [...(found.get(digest) ?? []), tag]);
    });
    return found;
  }

  async #findFile(origin: FileTarget, entry: WithdrawnFile): Promise<FoundFile[]> {
    const { bucket, keyOf } = origin;
    const { project, path } = entry;
    const destinations = createLimit(this.#context)(entry.destinations, "file");
    const find = async () => {
      const facts = await bucket.head(keyOf(path), this.#context.signal);
      if (!facts) return [];
      const sha256 = facts.sha256 ?? facts.recordedSha256 ?? (await this.#hash(origin, path));
      return [{ project, path, sha256, ...(destinations && { destinations }) }];
    };
    return (await this.#attempt(entry, targetName(origin), find)) ?? [];
  }

  async #hash({ bucket, keyOf }: FileTarget, path: string): Promise<string> {
    const hash = createHash("sha256");
    const { body } = await bucket.open(keyOf(path), { signal: this.#context.signal });
    for await (const chunk of body) hash.update(chunk as Buffer);
    return hash.digest("hex");
  }

  async #attempt<T>({ project }: Withdrawn, target: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#context.health.watch(target, work);
    } catch {
      this.#context.signal.throwIfAborted();
      this.unread.add(project);
      return undefined;
    }
  }
}

/**
 * Adds to the ledger what is withdrawn and still at the origin, of projects that it does not have all of: after runs without a ledger, or when
 * it was lost. Without this, what the ledger has forgotten would never be hidden again.
 *
 * @returns the projects of which something could not be read, so that the next run looks again
 * @throws the reason of the signal
 */
export async function findWithdrawn(context: WithdrawalContext): Promise<ReadonlySet<string>> {
  const finder = new WithdrawnFinder(context);
  await finder.run();
  return finder.unread;
}
