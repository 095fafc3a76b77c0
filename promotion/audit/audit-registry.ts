import { createHash } from "node:crypto";
import { inParallel } from "../../stores/in-parallel";
import { StoreError } from "../../stores/store-error";
import { referredDigest } from "../image/signature-tag";
import { Patience } from "../plan/patience";
import { readRepository } from "../plan/read-repository";
import type { ListedDigests, RepositoryReader } from "../plan/repository-reader";
import { Unread } from "../plan/world";
import type { RegistryTarget } from "../targets/target";
import type { AuditRepository } from "./audit-repository";
import { chooseSample } from "./choose-sample";
import type { TargetExpectation } from "./expect-at";
import type { ExpectedImage } from "./expected-artifacts";
import { createReading, type TargetReading } from "./target-reading";

/** How a registry is audited. */
export interface RegistryAuditOptions {
  readonly expectation: TargetExpectation;
  /** Sizes of blobs, in bytes, where they are known. */
  readonly sizes: ReadonlyMap<string, number>;
  open(repository: string): AuditRepository;
  /** The repositories below the registry's root; undefined if it cannot list them. */
  listRepositories(): Promise<readonly string[] | undefined>;
  readonly sample: number | "all";
  readonly seed: string;
  readonly signal: AbortSignal;
}

/** Repositories that are read at the same time, and requests to each. */
const lanes = 8;

/** What a repository should hold. */
interface WantedRepository {
  readonly name: string;
  /** The digest of each tag. */
  readonly tags: ReadonlyMap<string, string>;
  readonly digests: ReadonlySet<string>;
  readonly blobs: ReadonlySet<string>;
}

class RegistryAuditor {
  readonly #options: RegistryAuditOptions;
  readonly #reading: TargetReading;
  readonly #patience = new Patience();

  constructor(target: RegistryTarget, options: RegistryAuditOptions) {
    this.#options = options;
    this.#reading = createReading(target);
  }

  async read(): Promise<TargetReading> {
    const wanted = groupByRepository(this.#options.expectation.images);
    await inParallel(wanted, lanes, (repository) => this.#readRepository(repository));
    await this.#readSample(wanted);
    await this.#findRepositories(wanted);
    return this.#reading;
  }

  async #readRepository(wanted: WantedRepository): Promise<void> {
    const found = await this.#patience.read(() => this.#look(wanted));
    this.#options.signal.throwIfAborted();
    if (found instanceof Unread) this.#reading.unread.set(wanted.name, found.reason);
  }

  async #look(wanted: WantedRepository): Promise<void> {
    const { expectation, open, signal } = this.#options;
    const reader = open(wanted.name);
    const listed = await reader.digestsByTag(signal);
    const removed = selectRemoved(wanted.name, expectation);
    const question = {
      digests: new Set([...wanted.digests, ...removed]),
      tags: new Set(wanted.tags.keys()),
      signal,
    };
    const held = await readRepository(keepListed(reader, listed), question);
    for (const digest of wanted.digests) {
      if (!held.digests.has(digest)) this.#note(`${wanted.name}@${digest}`, "missing", "the manifest is not there");
    }
    for (const [tag, digest] of wanted.tags) this.#compareTag(`${wanted.name}:${tag}`, digest, held.tags.get(tag));
    await this.#findUnexpected(wanted, reader, listed, held.digests);
    await this.#lookAtBlobs(wanted, reader);
  }

  #compareTag(name: string, wanted: string, found: string | undefined): void {
    if (found === undefined) this.#note(name, "missing", "the tag is not there");
    else if (found !== wanted) {
      const message = `the tag leads to ${found}, not to ${wanted}`;
      this.#reading.faults.set(name, { state: "other", message, found });
    }
  }

  async #lookAtBlobs({ name, blobs }: WantedRepository, reader: AuditRepository): Promise<void> {
    const { sizes, signal } = this.#options;
    await inParallel([...blobs], lanes, async (digest) => {
      const size = await reader.headBlob(digest, signal);
      const wanted = sizes.get(digest) ?? size;
      if (size === undefined) this.#note(`${name}@${digest}`, "missing", "the blob is not there");
      else if (size !== wanted) this.#note(`${name}@${digest}`, "other", `it has ${size} bytes, not ${wanted}`);
    });
  }

  /** Tags and digests that nobody promoted. Digests without tags are seen only where the registry lists them. */
  async #findUnexpected(
    wanted: WantedRepository,
    reader: AuditRepository,
    listed: ListedDigests | undefined,
    held: ReadonlySet<string>,
  ): Promise<void> {
    const { name, digests } = wanted;
    const { tolerated, removed } = this.#options.expectation;
    const tags =
      listed && listed.digests.size > 0 ? [...listed.byTag.keys()] : await listTags(reader, this.#options.signal);
    this.#reading.isListed = true;
    const named = new Set<string>();
    for (const tag of tags) {
      const full = `${name}:${tag}`;
      const digest = listed?.byTag.get(tag);
      const isOwn = wanted.tags.has(tag) || tolerated.has(full) || isReferrersTag(tag, digests);
      if (digest !== undefined && (isOwn || !digests.has(digest))) named.add(digest);
      if (!isOwn) this.#noteUnexpected(full, removed.has(full), "nobody promoted this tag");
    }
    const found = new Set([...(listed?.digests ?? []), ...held]);
    for (const digest of found) {
      const full = `${name}@${digest}`;
      if (digests.has(digest) || tolerated.has(full)) continue;
      const isRemoved = removed.has(full);
      if (isRemoved || (listed?.digests.has(digest) && !named.has(digest))) {
        this.#noteUnexpected(full, isRemoved, "nobody promoted this digest");
      }
    }
  }

  async #findRepositories(wanted: readonly WantedRepository[]): Promise<void> {
    const { expectation, listRepositories, open, signal } = this.#options;
    if (this.#reading.target.filling !== "run") return;
    const found = await this.#patience.read(() => listRepositories());
    signal.throwIfAborted();
    if (found === undefined || found instanceof Unread) return;
    const known = new Set(wanted.map(({ name }) => name));
    for (const name of [...expectation.tolerated, ...expectation.removed]) known.add(repositoryOf(name));
    const others = found.filter((name) => !known.has(name));
    await inParallel(others, lanes, async (name) => {
      // Google's registries list the folders of repositories, too.
      const isEmpty = await this.#patience.read(async () => (await listTags(open(name), signal)).length === 0);
      const isFolder = found.some((each) => each.startsWith(`${name}/`));
      if (isEmpty !== true || !isFolder)
        this.#noteUnexpected(name, false, "nobody promoted anything to this repository");
    });
  }

  async #readSample(wanted: readonly WantedRepository[]): Promise<void> {
    const { sample, seed, signal } = this.#options;
    const names = wanted.flatMap(({ name, digests, blobs }) =>
      this.#reading.unread.has(name) ? [] : [...digests, ...blobs].map((digest) => `${name}@${digest}`),
    );
    const manifests = new Set(wanted.flatMap(({ name, digests }) => Array.from(digests, (each) => `${name}@${each}`)));
    const chosen = chooseSample(
      names.filter((name) => !this.#reading.faults.has(name)),
      sample,
      seed,
    );
    await inParallel(chosen, lanes, async (name) => {
      const result = await this.#patience.read(() => this.#readObject(name, manifests.has(name)));
      signal.throwIfAborted();
      if (result instanceof Unread) this.#reading.unread.set(repositoryOf(name), result.reason);
    });
  }

  async #readObject(name: string, isManifest: boolean): Promise<void> {
    const { open, sizes, signal } = this.#options;
    const [repository = "", digest = ""] = name.split("@");
    const reader = open(repository);
    try {
      const { size, hexadecimal } = isManifest
        ? await hashManifest(reader, digest)
        : await hashBlob(reader, digest, sizes, signal);
      this.#reading.read.objects += 1;
      this.#reading.read.bytes += size;
      if (`sha256:${hexadecimal}` !== digest) this.#note(name, "other", `its bytes have the SHA-256 ${hexadecimal}`);
    } catch (error) {
      if (!(error instanceof StoreError) || (error.fault !== "corrupt" && error.fault !== "absent")) throw error;
      this.#note(name, error.fault === "absent" ? "missing" : "other", error.message);
    }
  }

  #note(name: string, state: "missing" | "other", message: string): void {
    this.#reading.faults.set(name, { state, message });
  }

  #noteUnexpected(name: string, isRemoved: boolean, message: string): void {
    this.#reading.unexpected.push({ name, message: isRemoved ? "withdrawn, still there" : message });
  }
}

async function hashManifest(reader: RepositoryReader, digest: string) {
  const { bytes } = await reader.getManifest(digest);
  return { size: bytes.length, hexadecimal: createHash("sha256").update(bytes).digest("hex") };
}

async function hashBlob(
  reader: AuditRepository,
  digest: string,
  sizes: ReadonlyMap<string, number>,
  signal: AbortSignal,
) {
  const size = sizes.get(digest) ?? (await reader.headBlob(digest, signal));
  if (size === undefined) throw new StoreError("the blob is not there", "absent");
  const body = await reader.openBlob({ mediaType: "application/octet-stream", digest, size }, { signal });
  const hash = createHash("sha256");
  for await (const chunk of body) hash.update(chunk);
  return { size, hexadecimal: hash.digest("hex") };
}

function repositoryOf(name: string): string {
  return name.replace(/[:@].*$/, "");
}

/** A list of referrers, which the run writes where a registry has no API for them. */
function isReferrersTag(tag: string, digests: ReadonlySet<string>): boolean {
  const subject = referredDigest(tag);
  return subject !== undefined && digests.has(subject);
}

/** Digests of a repository that a withdrawal has removed. */
function selectRemoved(repository: string, { removed }: TargetExpectation): string[] {
  const prefix = `${repository}@`;
  return [...removed].flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
}

async function listTags(reader: RepositoryReader, signal: AbortSignal): Promise<string[]> {
  const tags: string[] = [];
  for await (const page of reader.tags(signal)) tags.push(...page);
  return tags;
}

/** The same repository, whose list is not requested again. */
function keepListed(reader: RepositoryReader, listed: ListedDigests | undefined): RepositoryReader {
  return {
    host: reader.host,
    name: reader.name,
    getManifest: (digest) => reader.getManifest(digest),
    headManifest: (reference) => reader.headManifest(reference),
    referrers: (digest, signal, tags) => reader.referrers(digest, signal, tags),
    tags: (signal) => reader.tags(signal),
    openBlob: (blob, part) => reader.openBlob(blob, part),
    digestsByTag: async () => listed,
  };
}

function groupByRepository(images: readonly ExpectedImage[]): readonly WantedRepository[] {
  const groups = new Map<
    string,
    { name: string; tags: Map<string, string>; digests: Set<string>; blobs: Set<string> }
  >();
  for (const { repository, digest, tags, manifests, blobs } of images) {
    const group = groups.get(repository) ?? { name: repository, tags: new Map(), digests: new Set(), blobs: new Set() };
    groups.set(repository, group);
    for (const tag of tags) group.tags.set(tag, digest);
    for (const each of [digest, ...manifests]) group.digests.add(each);
    for (const each of blobs) group.blobs.add(each);
  }
  return [...groups.values()];
}

/**
 * Compares what a registry holds with what is expected: tags, manifests, blobs, and what nobody promoted. It is read by lists where
 * the registry lists digests. Failures are in the reading.
 *
 * @throws the reason of the signal
 */
export function auditRegistry(target: RegistryTarget, options: RegistryAuditOptions): Promise<TargetReading> {
  return new RegistryAuditor(target, options).read();
}
