import type { ListedDigests, RepositoryReader } from "../../../promotion/plan/repository-reader";
import { StoreError } from "../../../stores/store-error";
import { MemoryImageRepository } from "../image/memory-image-repository";
import { digest } from "./small-world";

/** A repository in memory, which notes what it is asked. */
export class MemoryRepositoryReader extends MemoryImageRepository implements RepositoryReader {
  /** Fails every request with this message. @default it answers */
  failure: string | undefined;
  readonly digests = new Set<string>();
  /** Not known before it was asked. */
  listsDigests: boolean | undefined;

  constructor(
    readonly hasList: boolean,
    /** Tags by the digits of digests. */
    images: Readonly<Record<string, readonly string[]>> = {},
    /** Referrers by the digits of digests. */
    readonly attached: Readonly<Record<string, readonly string[]>> = {},
  ) {
    super();
    for (const [short, tags] of Object.entries(images)) {
      this.digests.add(digest(short));
      for (const tag of tags) this.tagged.set(tag, digest(short));
    }
  }

  async digestsByTag(): Promise<ListedDigests | undefined> {
    this.#ask("list digests");
    this.listsDigests = this.hasList;
    if (!this.hasList) return undefined;
    return { byTag: new Map(this.tagged), digests: new Set(this.digests), sizes: new Map() };
  }

  async *tags(): AsyncGenerator<readonly string[]> {
    this.#ask("list tags");
    yield [...this.tagged.keys()];
  }

  override async headManifest(reference: string): Promise<{ readonly digest: string } | undefined> {
    this.#ask(`HEAD ${reference}`);
    const found = this.tagged.get(reference) ?? (this.digests.has(reference) ? reference : undefined);
    return found === undefined ? undefined : { digest: found };
  }

  override async referrers(subject: string) {
    this.#ask(`referrers ${subject}`);
    const shorts = Object.entries(this.attached).find(([short]) => digest(short) === subject)?.[1] ?? [];
    const named = shorts.map((short) => ({ mediaType: "", digest: digest(short), size: 1 }));
    return [...named, ...(this.reported.get(subject) ?? [])];
  }

  #ask(what: string): void {
    this.asked.push(what);
    if (this.failure !== undefined) throw new StoreError(this.failure);
  }
}
