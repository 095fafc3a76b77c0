import type { DeployedFacts } from "../../../facts/deployed-facts";
import type { Inventory } from "../../../inventory/inventory";
import { signedDigest } from "../../../promotion/image/signature-tag";
import { acquireLease } from "../../../promotion/run/lease";
import { placeStores } from "../../../promotion/targets/place-stores";
import type { ObjectPlace, StorePlace } from "../../../promotion/targets/store-place";
import type { RegistryTarget, Target } from "../../../promotion/targets/target";
import type { Answer } from "../../../stores/local/local-answer";
import { type BucketRequest, type Checksum, LocalBucket } from "../../../stores/local/local-bucket";
import { LocalRegistry } from "../../../stores/local/local-registry";
import type { LocalRequest } from "../../../stores/local/local-request";
import { Repository } from "../../../stores/registry/repository";
import { TransientError } from "../../../stores/store-error";
import type { OpenedAudit } from "../../audit/opened-audit";
import type { OpenedRun, RunCauseNames } from "../run";
import { demoNames } from "./demo-project";

/** Nothing here needs time to recover. In milliseconds. */
const pauses = [10, 20, 40];

/** The checksums that the clouds' stores compute. */
const checksums: Readonly<Record<string, readonly Checksum[]>> = { google: ["md5", "crc32c"], aws: ["sha256"] };

const findLogin = async () => undefined;

/** What was written of an image at a mirror: blobs and manifests, or a tag; or that something was deleted. */
export interface DemoWrite {
  readonly mirror: string;
  readonly what: "content" | "tag" | "removal";
}

/** A registry that reports what is written to it. */
class DemoRegistry extends LocalRegistry {
  readonly #onWrite: (what: DemoWrite["what"]) => void;

  constructor(onWrite: (what: DemoWrite["what"]) => void) {
    super();
    this.#onWrite = onWrite;
  }

  protected override answer(request: LocalRequest): Answer {
    const answer = super.answer(request);
    const [, reference] = /\/manifests\/([^/]+)$/.exec(request.url.pathname) ?? [];
    const isTag = reference !== undefined && !reference.includes(":") && signedDigest(reference) === undefined;
    if (answer.status === 201) this.#onWrite(isTag ? "tag" : "content");
    if (answer.status === 202 && request.method === "DELETE") this.#onWrite("removal");
    return answer;
  }
}

/** A bucket that can be out of order. */
class DemoBucket extends LocalBucket {
  isDown = false;

  protected override note(request: BucketRequest, signal?: AbortSignal): void {
    if (this.isDown) throw new TransientError(`${this.url} does not answer`);
    super.note(request, signal);
  }
}

/** All stores of the demonstration, in this process: staging, and those of the inventory's mirrors, which are made when first opened. */
export class DemoStores {
  /** What was written of images at mirrors, in this order; in buckets, it is not noted. */
  readonly writes: DemoWrite[] = [];
  readonly stagingRegistry = new LocalRegistry();
  readonly stagingBucket = new LocalBucket({ url: "gs://staging" });
  /** The bucket of the routing table. */
  readonly tables = new LocalBucket({ url: "s3://routing-table" });
  readonly #registries = new Map<string, LocalRegistry>();
  readonly #buckets = new Map<string, DemoBucket>();
  #targets: readonly Target[] = [];

  /** @param signal ends everything */
  constructor(readonly signal: AbortSignal) {}

  /** The stores of the mirrors, as the inventory names them. */
  get targets(): readonly Target[] {
    return this.#targets;
  }

  /** The registries and buckets of the mirrors. */
  get registries(): readonly LocalRegistry[] {
    return [...this.#registries.values()];
  }

  get buckets(): readonly LocalBucket[] {
    return [...this.#buckets.values()];
  }

  /** Requests that arrived at staging and at mirrors. Those for the lease, the ledger and the overlay are left out. */
  get requests(): number {
    const registries = [this.stagingRegistry, ...this.registries].map(({ requests }) => requests);
    const buckets = [this.stagingBucket, ...this.buckets].map(({ requests }) => requests.length);
    return [...registries, ...buckets].reduce((sum, each) => sum + each, 0);
  }

  /** Starts the registries of all mirrors. */
  async start(inventory: Inventory, facts: DeployedFacts): Promise<void> {
    await this.stagingRegistry.start();
    const { places } = placeStores(inventory, facts);
    for (const { kind, mirror } of places) {
      if (kind !== "registry") continue;
      const registry = new DemoRegistry((what) => this.writes.push({ mirror, what }));
      this.#registries.set(mirror, await registry.start());
    }
    this.place(inventory, facts);
  }

  /** Names the stores as the inventory does. */
  place(inventory: Inventory, facts: DeployedFacts): void {
    this.#targets = placeStores(inventory, facts).places.map((place) => this.#openTarget(place));
  }

  /** The registry of a mirror. */
  registryOf(mirror: string): LocalRegistry {
    const registry = this.#registries.get(mirror);
    if (!registry) throw new Error(`${mirror} has no registry`);
    return registry;
  }

  /** The bucket of a mirror. */
  bucketOf(mirror: string): LocalBucket {
    const bucket = this.#buckets.get(mirror);
    if (!bucket) throw new Error(`${mirror} has no bucket`);
    return bucket;
  }

  async stop(): Promise<void> {
    await Promise.all([this.stagingRegistry, ...this.registries].map((registry) => registry.stop()));
  }

  /** Puts a mirror out of order, or in order again. */
  async setDown(mirror: string, isDown: boolean): Promise<void> {
    const registry = this.#registries.get(mirror);
    await (isDown ? registry?.stop() : registry?.start());
    const bucket = this.#buckets.get(mirror);
    if (bucket) bucket.isDown = isDown;
  }

  /** Opens all of them for a run, as `openRun` opens those of the clouds. */
  open(cause: RunCauseNames): OpenedRun {
    const openSource = () => this.openRepository(this.stagingRegistry.host, demoNames.image);
    const openTarget = ({ host }: RegistryTarget, repository: string) => this.openRepository(host, repository);
    const openSourceBucket = (source: string) => ({
      bucket: this.stagingBucket,
      prefix: source.replace(/^gs:\/\/[^/]+\//, ""),
    });
    return {
      targets: this.#targets,
      stores: { openSource, openRepository: openTarget, openSourceBucket },
      unplaced: [],
      openSource,
      openTarget,
      openFile: (source) => {
        const { bucket, prefix } = openSourceBucket(source);
        return { bucket, key: prefix };
      },
      tables: [this.tables],
      alone: (work) => this.#runAlone(cause, work),
    };
  }

  /** Opens them for an audit, as `openAudit` opens those of the clouds. */
  openAudit(): OpenedAudit {
    return {
      targets: this.#targets,
      unplaced: [],
      open: ({ host }, repository) => this.openRepository(host, repository),
      listRepositories: async ({ mirror }) => {
        const keys = [...this.registryOf(mirror).manifests.keys()];
        return [...new Set(keys.map((key) => key.slice(0, key.indexOf(" "))))];
      },
      tables: [this.tables],
    };
  }

  openRepository(host: string, name: string): Repository {
    return new Repository({ host, name, access: "push", findLogin, pauses });
  }

  async #runAlone<T>(cause: RunCauseNames, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const lease = await acquireLease({ bucket: this.tables, ...cause, signal: this.signal });
    try {
      return await work(AbortSignal.any([this.signal, lease.signal]));
    } finally {
      await lease.release();
    }
  }

  #openTarget(place: StorePlace): Target {
    const { mirror, isOrigin, filling, mayRemove } = place;
    const base = { mirror, isOrigin, filling, mayRemove };
    if (place.kind === "registry") {
      const { host } = this.#registries.get(mirror) as LocalRegistry;
      return { ...base, kind: "registry", host, root: "", findLogin };
    }
    const bucket = this.#bucketOf(place);
    const keyOf = (name: string) => place.key.replace(/\{(digest|path)\}/, () => name);
    return { ...base, kind: place.kind, bucket, keyOf };
  }

  /** A bucket that holds blobs and files is two targets. */
  #bucketOf({ mirror, bucket: { at } }: ObjectPlace): DemoBucket {
    const known =
      this.#buckets.get(mirror) ?? new DemoBucket({ url: `local://${mirror}`, checksums: checksums[at] ?? ["md5"] });
    this.#buckets.set(mirror, known);
    return known;
  }
}
