import { imageKey } from "../../overlay/image-key";
import type { LedgerFile, LedgerImage } from "../ledger/ledger";
import type { Mentions } from "../manifests/mentions";
import type { Withdrawn, WithdrawnFile, WithdrawnImage } from "../promoted";

/**
 * What the manifests withdraw, by the names at mirrors. A project withdraws what it has promoted itself, or what no project has any more:
 * another's entry for the same name has no effect, and takes none from the owner's.
 */
export class WithdrawnEntries {
  readonly #images = new Map<string, WithdrawnImage[]>();
  readonly #tags = new Map<string, WithdrawnImage[]>();
  readonly #files = new Map<string, WithdrawnFile[]>();
  /** Projects that have manifests: what belongs to others may have moved to the project that withdraws it. */
  readonly #projects: ReadonlySet<string>;

  constructor(withdrawn: readonly Withdrawn[], { projects }: Pick<Mentions, "projects">) {
    this.#projects = projects;
    for (const entry of withdrawn) {
      if (entry.kind === "file") add(this.#files, entry.path, entry);
      else if (entry.digest !== undefined) add(this.#images, imageKey(entry.repository, entry.digest), entry);
      else for (const tag of entry.tags) add(this.#tags, `${entry.repository}:${tag}`, entry);
    }
  }

  /** The entry that withdraws a digest with all its tags. */
  ofImage({ project, repository, digest }: LedgerImage): WithdrawnImage | undefined {
    return this.#select(project, this.#images.get(imageKey(repository, digest)));
  }

  /** The entry that withdraws only a tag. */
  ofTag({ project, repository }: LedgerImage, tag: string): WithdrawnImage | undefined {
    return this.#select(project, this.#tags.get(`${repository}:${tag}`));
  }

  ofFile({ project, path }: LedgerFile): WithdrawnFile | undefined {
    return this.#select(project, this.#files.get(path));
  }

  #select<T extends Withdrawn>(owner: string, entries: readonly T[] = []): T | undefined {
    return entries.find(({ project }) => project === owner) ?? (this.#projects.has(owner) ? undefined : entries[0]);
  }
}

function add<T>(entries: Map<string, T[]>, name: string, entry: T): void {
  entries.set(name, [...(entries.get(name) ?? []), entry]);
}
