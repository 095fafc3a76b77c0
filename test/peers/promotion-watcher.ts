import { setTimeout as pause } from "node:timers/promises";
import { blobContainer } from "../../inventory/names";
import { parseManifest } from "../../promotion/image/parse-manifest";
import { createContent, digestOf } from "../../stores/registry/content";
import { projectFolder } from "./promotion-project";
import { buckets, type PromotionStores } from "./promotion-stores";
import type { StagedRelease } from "./staged-release";

/** What a watcher has seen. */
export interface Sightings {
  /** Images that were pulled by tag, all of them complete. */
  readonly pulls: number;
  /** Different sets of visible tags and files. */
  readonly states: number;
  /** What was visible without all that belongs to it. */
  readonly broken: readonly string[];
}

const accept =
  "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

/** Between two looks at everything, in milliseconds: the run needs a processor, too. */
const betweenLooks = 20;

/**
 * Pulls everything that is visible, by tag and by name, again and again, past the proxies. Nothing is ever removed, so what is visible
 * must have all that belongs to it at any later moment.
 */
export class PromotionWatcher {
  readonly #stores: PromotionStores;
  readonly #release: StagedRelease;
  readonly #states = new Set<string>();
  readonly #broken = new Set<string>();
  /** The images that have been at the origin: mirrors are checked when they are there for the first time, which is the strictest. */
  readonly #shown = new Set<string>();
  #pulls = 0;
  #isOver = false;
  #work: Promise<void> = Promise.resolve();

  constructor(stores: PromotionStores, release: StagedRelease) {
    this.#stores = stores;
    this.#release = release;
  }

  get seen(): Sightings {
    return { pulls: this.#pulls, states: this.#states.size, broken: [...this.#broken] };
  }

  /** Begins to look. Mirrors must not be emptied before {@link stop}. */
  start(): void {
    this.#isOver = false;
    this.#shown.clear();
    this.#work = this.#watch();
    // `stop` throws it.
    this.#work.catch(() => {});
  }

  /** Ends with a last look. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#work;
  }

  async #watch(): Promise<void> {
    for (let isLast = false; !isLast; ) {
      isLast = this.#isOver;
      await this.#look();
      if (!isLast) await pause(betweenLooks);
    }
  }

  async #look(): Promise<void> {
    const { origin, crane } = this.#stores;
    // What was visible first must have what is looked at later.
    const visible = await this.#checkFiles();
    for (const [name, { target }] of [
      ["origin", origin],
      ["crane", crane],
    ] as const) {
      const registry = `http://127.0.0.1:${target}/v2/${projectFolder}`;
      for (const reference of this.#references()) {
        const digests = await this.#pull(registry, reference, name);
        if (digests === undefined) continue;
        visible.push(`${name} ${reference}`);
        if (name === "origin") await this.#checkMirrors(reference, digests);
      }
    }
    this.#checkAnnouncement(visible);
    this.#states.add(visible.join(", "));
  }

  /** Tags, with that of the signature. */
  #references(): string[] {
    const { promises, image } = this.#release;
    return [...Object.keys(promises.images), `multi-arch:${image.signatureTag}`];
  }

  /** @returns the blobs of an image; undefined if its tag is not there */
  async #pull(registry: string, reference: string, place: string): Promise<Set<string> | undefined> {
    const [name = "", tag = ""] = reference.split(":");
    const top = await this.#get(`${registry}/${name}/manifests/${tag}`);
    if (top === undefined) return undefined;
    const waiting = [top];
    const blobs = new Set<string>();
    for (let manifest = waiting.pop(); manifest; manifest = waiting.pop()) {
      const parsed = parseManifest(createContent(manifest.type, manifest.bytes), name);
      for (const { digest } of parsed.children) {
        const child = await this.#get(`${registry}/${name}/manifests/${digest}`);
        if (child) waiting.push(child);
        else this.#broken.add(`${place} ${reference} lacks ${digest}`);
      }
      for (const { digest } of parsed.blobs) {
        blobs.add(digest);
        const blob = await this.#get(`${registry}/${name}/blobs/${digest}`);
        if (blob === undefined || digestOf(blob.bytes) !== digest)
          this.#broken.add(`${place} ${reference} lacks ${digest}`);
      }
    }
    this.#pulls++;
    return blobs;
  }

  /** What the origin shows, every mirror has. */
  async #checkMirrors(reference: string, blobs: ReadonlySet<string>): Promise<void> {
    const { s3, google, azure, crane } = this.#stores;
    const [name = "", tag = ""] = reference.split(":");
    const digest = this.#release.promises.images[reference];
    // A signature's tag may be at the origin before an image's is, and before the mirrors have it.
    if (tag.endsWith(".sig") || this.#shown.has(reference)) return;
    this.#shown.add(reference);
    const held = await this.#get(`http://127.0.0.1:${crane.target}/v2/${projectFolder}/${name}/manifests/${digest}`);
    if (!held) this.#broken.add(`origin shows ${reference}, which crane's registry lacks`);
    for (const blob of blobs) {
      const key = `containers/images/${blob}`;
      const objects = [
        `http://127.0.0.1:${s3.target}/${buckets.store}/${key}`,
        `http://127.0.0.1:${google.target}/storage/v1/b/${buckets.google}/o/${encodeURIComponent(key)}`,
        `http://127.0.0.1:${azure.target}/${buckets.azure}/${blobContainer}/${key}`,
      ];
      for (const url of objects)
        if (!(await this.#get(url))) this.#broken.add(`origin shows ${reference} without ${url}`);
    }
  }

  /** @returns the visible ones */
  async #checkFiles(): Promise<string[]> {
    const { s3 } = this.#stores;
    const visible: string[] = [];
    for (const bucket of [buckets.origin, buckets.store]) {
      for (const [path, sha256] of Object.entries(this.#release.promises.files)) {
        const file = await this.#get(`http://127.0.0.1:${s3.target}/${bucket}/${projectFolder}/${path}`);
        if (file === undefined) continue;
        visible.push(`${bucket} ${path}`);
        if (digestOf(file.bytes) !== `sha256:${sha256}`) this.#broken.add(`${bucket} has other bytes as ${path}`);
      }
    }
    return visible;
  }

  /** The file that announces the release comes last at the origin. */
  #checkAnnouncement(visible: readonly string[]): void {
    if (!visible.includes(`${buckets.origin} stable.txt`)) return;
    for (const reference of Object.keys(this.#release.promises.images)) {
      if (!visible.includes(`origin ${reference}`)) this.#broken.add(`stable.txt is there, and ${reference} is not`);
    }
  }

  async #get(url: string): Promise<{ readonly type: string; readonly bytes: Buffer } | undefined> {
    const response = await fetch(url, { headers: { accept } });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return { type: response.headers.get("content-type") ?? "", bytes };
  }
}
