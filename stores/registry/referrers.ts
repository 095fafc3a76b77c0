import { z } from "zod";
import { StoreError } from "../store-error";
import { type Content, createJsonContent, type Descriptor } from "./content";
import { type ListPage, listPages } from "./list-pages";
import { findManifest, isDigest, putManifest } from "./manifest-requests";
import { isIndex, mediaTypes } from "./media-types";
import type { RegistryConnection } from "./registry-connection";

/** How many referrers one subject may have: signatures, attestations, SBOMs, each a few times. */
const mostReferrers = 10_000;
/** How often the list of referrers is written again after someone else wrote it. */
const mostAttempts = 5;
/** Statuses of registries without the API: 404 by the specification, the others are seen. */
const withoutApi = [400, 404, 405, 501];

const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().refine(isDigest),
  size: z.number().int().nonnegative(),
  artifactType: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** An index, with the members that are only kept. */
const index = z.looseObject({ manifests: z.array(z.looseObject(descriptor.shape)) });

type Index = z.infer<typeof index>;

/** The members of a manifest that make it a referrer. */
const referring = z.object({
  subject: z.object({ digest: z.string() }).optional(),
  artifactType: z.string().optional(),
  config: z.object({ mediaType: z.string() }).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** The tag under which the referrers of a digest are listed (OCI distribution specification 1.1, "Referrers Tag Schema"). */
export function referrersTag(digest: string): string {
  // The algorithm is cut at 32 characters, and the rest at 64.
  const [algorithm = "", encoded = ""] = digest.split(":");
  return `${algorithm.slice(0, 32)}-${encoded.slice(0, 64)}`;
}

/** The subject of a manifest, and its descriptor for the list of the subject's referrers; undefined if it has none. */
export function readReferrer({ mediaType, digest, bytes }: Content) {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
  const { data } = referring.safeParse(value);
  if (data?.subject === undefined || !isDigest(data.subject.digest)) return undefined;
  // OCI distribution specification 1.1, "Pushing Manifests with Subject": the configuration's type where there is no other.
  const { annotations, artifactType = data.config?.mediaType } = data;
  const size = bytes.length;
  const entry: Descriptor = {
    mediaType,
    digest,
    size,
    ...(artifactType && { artifactType }),
    ...(annotations && { annotations }),
  };
  return { subject: data.subject.digest, entry };
}

/** The referrers of one repository's manifests. Whether the registry has the API is remembered for all of its repositories. */
export class Referrers {
  readonly #of: RegistryConnection;

  constructor(of: RegistryConnection) {
    this.#of = of;
  }

  /**
   * Lists the referrers of a digest: by the API, or where the registry has none, by the tag schema.
   *
   * @param tags all tags of the repository: an absent list is not asked for. @default they are not known
   * @throws StoreError
   */
  async list(digest: string, signal?: AbortSignal, tags?: ReadonlySet<string>): Promise<readonly Descriptor[]> {
    const listed = this.#hasApi === false ? undefined : await this.#ask(digest, signal);
    if (listed) return listed;
    if (tags?.has(referrersTag(digest)) === false) return [];
    const tagged = await this.#readTag(digest, signal);
    return tagged?.manifests.map(readEntry) ?? [];
  }

  /**
   * Makes sure that a manifest is found by its subject, after it was put. Some registries send `OCI-Subject` without having the API
   * (sigstore-js, issue 1183), so that it is asked.
   *
   * @param isProcessed whether the registry sent `OCI-Subject`
   */
  async register(content: Content, isProcessed: boolean, signal?: AbortSignal): Promise<void> {
    const referrer = readReferrer(content);
    if (referrer === undefined) return;
    if (isProcessed && this.#hasApi === undefined) await this.#ask(referrer.subject, signal);
    if (isProcessed && this.#hasApi === true) return;
    await this.add(referrer.subject, referrer.entry, signal);
  }

  /** Adds an entry to the tag schema's index, unless it is there. @throws StoreError */
  async add(subject: string, entry: Descriptor, signal?: AbortSignal): Promise<void> {
    const hasIt = ({ manifests }: Index) => manifests.some(({ digest }) => digest === entry.digest);
    await this.#change(
      subject,
      (old) => (hasIt(old) ? old : { ...old, manifests: [...old.manifests, { ...entry }] }),
      hasIt,
      signal,
    );
  }

  /** Removes an entry from the tag schema's index. @throws StoreError */
  async remove(subject: string, digest: string, signal?: AbortSignal): Promise<void> {
    const lacksIt = ({ manifests }: Index) => manifests.every((each) => each.digest !== digest);
    if (lacksIt((await this.#readTag(subject, signal)) ?? emptyIndex)) return;
    const without = (old: Index) => ({ ...old, manifests: old.manifests.filter((each) => each.digest !== digest) });
    await this.#change(subject, without, lacksIt, signal);
  }

  /** Whether the registry has the API; it is asked about a digest if that is not known. */
  async hasApi(digest: string, signal?: AbortSignal): Promise<boolean> {
    if (this.#hasApi === undefined) await this.#ask(digest, signal);
    return this.#hasApi === true;
  }

  get #hasApi(): boolean | undefined {
    return this.#of.memory.hasReferrers;
  }

  /** @returns undefined if the registry has no API */
  async #ask(digest: string, signal?: AbortSignal): Promise<readonly Descriptor[] | undefined> {
    const found: Descriptor[] = [];
    const action = `the request for the referrers of ${digest}`;
    const url = this.#of.url(`referrers/${digest}`);
    let pages = 0;
    for await (const page of listPages(this.#of, url, action, { signal, absent: withoutApi })) {
      const list = readList(page);
      // Something else answers, such as a page for browsers.
      if (list === undefined) break;
      pages++;
      found.push(...list.manifests.map(readEntry));
      if (found.length > mostReferrers) {
        throw new StoreError(`${this.#of.host} lists more than ${mostReferrers} referrers of ${digest}`);
      }
    }
    this.#of.memory.hasReferrers = pages > 0;
    return pages > 0 ? found : undefined;
  }

  async #readTag(subject: string, signal?: AbortSignal): Promise<Index | undefined> {
    const content = await findManifest(this.#of, referrersTag(subject), signal);
    if (content === undefined || !isIndex(content.mediaType)) return undefined;
    return parseIndex(content.bytes.toString());
  }

  /**
   * Reads, changes and writes the index. Registries have no conditional writes: the index is read again afterwards, and changed
   * again if someone else overwrote it.
   */
  async #change(
    subject: string,
    change: (old: Index) => Index,
    isDone: (current: Index) => boolean,
    signal?: AbortSignal,
  ): Promise<void> {
    for (let attempt = 1; attempt <= mostAttempts; attempt++) {
      const old = (await this.#readTag(subject, signal)) ?? emptyIndex;
      if (!isDone(old)) {
        const content = createJsonContent(mediaTypes.index, change(old));
        await putManifest(this.#of, content, referrersTag(subject), signal);
      }
      const written = (await this.#readTag(subject, signal)) ?? emptyIndex;
      if (isDone(written)) return;
      await this.#of.wait(attempt * 500, signal);
    }
    throw new StoreError(
      `${this.#of.host}: others keep changing the list of referrers ${this.#of.name}:${referrersTag(subject)}: try again later`,
      "transient",
    );
  }
}

const emptyIndex: Index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [] };

function parseIndex(text: string): Index | undefined {
  try {
    return index.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function readList({ value, response }: ListPage): Index | undefined {
  const type = response.headers["content-type"] ?? "";
  return type.startsWith(mediaTypes.index) ? index.safeParse(value).data : undefined;
}

function readEntry(entry: Index["manifests"][number]): Descriptor {
  return descriptor.parse(entry) as Descriptor;
}
