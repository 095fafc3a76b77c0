import type { Requirement } from "../../../inventory/inventory";
import { donorRecordKey } from "../../../promotion/plan/donor-record-key";
import type { ImagePlan, Plan } from "../../../promotion/plan/plan";
import { targetName } from "../../../promotion/plan/target-name";
import type { RunContext } from "../../../promotion/run/run-context";
import { RunCounters } from "../../../promotion/run/run-counters";
import { runPromotion } from "../../../promotion/run/run-promotion";
import type { RunReport } from "../../../promotion/run/run-report";
import { TargetHealth } from "../../../promotion/run/target-health";
import { findOriginBucket } from "../../../promotion/targets/find-origin-bucket";
import type { UnplacedStore } from "../../../promotion/targets/store-place";
import type { BlobTarget, FileTarget, Filling, RegistryTarget, Target } from "../../../promotion/targets/target";
import { MemoryBudget } from "../../../promotion/transfer/memory-budget";
import type { Content } from "../../../stores/registry/content";
import { createContent, createJsonContent, type Descriptor, descriptorOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { MemoryBucket, type MemoryBucketOptions } from "../../stores/memory-bucket";
import { createBytes, createTickClock } from "../transfer/simulated-copy";
import { MemoryPlace } from "./memory-place";

/** An image at a staging repository, with the bytes of its blobs. */
export interface StagedImage {
  readonly project: string;
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  /** The bytes of all its distinct blobs, in all. */
  readonly blobBytes: number;
}

const sourceHost = "staging.example.org";

/** Two registries (the first is the origin), a bucket for blobs and three for files (one at the origin), with a staging area. */
export class SmallPromotion {
  readonly staging = new MemoryPlace(sourceHost);
  readonly stagingBucket = new MemoryBucket({ url: "gs://staging" });
  readonly places = new Map<string, MemoryPlace>();
  readonly buckets = new Map<string, MemoryBucket>();
  readonly targets: Target[] = [];
  readonly unplaced: UnplacedStore[] = [];
  readonly images: StagedImage[] = [];
  readonly files: { readonly project: string; readonly path: string; readonly bytes: Buffer }[] = [];
  require: Requirement = { kind: "all" };
  readBack = 0;
  isMutable: (name: string) => boolean = (name) => name.endsWith("stable.txt");

  addRegistry(mirror: string, more: { readonly isOrigin?: boolean; readonly filling?: Filling } = {}): MemoryPlace {
    const place = new MemoryPlace(`${mirror.replace("/", ".")}.example.org`);
    this.places.set(`${mirror} registry`, place);
    const target: RegistryTarget = {
      kind: "registry",
      mirror,
      isOrigin: more.isOrigin ?? false,
      filling: more.filling ?? "run",
      mayRemove: false,
      host: place.host,
      root: "mirrors",
      findLogin: async () => undefined,
    };
    this.targets.push(target);
    return place;
  }

  addBucket(
    kind: "blobs" | "files",
    mirror: string,
    more: { readonly isOrigin?: boolean; readonly filling?: Filling; readonly options?: MemoryBucketOptions } = {},
  ): MemoryBucket {
    const bucket = this.buckets.get(mirror) ?? new MemoryBucket({ url: `s3://${mirror}`, ...more.options });
    this.buckets.set(mirror, bucket);
    const keyOf = (name: string) => (kind === "blobs" ? `containers/images/${name}` : name);
    const base = {
      mirror,
      isOrigin: more.isOrigin ?? false,
      filling: more.filling ?? "run",
      mayRemove: false,
    } as const;
    this.targets.push({ ...base, kind, bucket, keyOf } as BlobTarget | FileTarget);
    return bucket;
  }

  /** Stages an index of two images that share a layer, with a signature and a referrer. */
  stageImage(repository: string, tags: readonly string[], seed: number, layerSize = 3_000): StagedImage {
    const shared = createBytes(layerSize, 1);
    const parts = [seed, seed + 1].map((each) => {
      const config = Buffer.from(JSON.stringify({ each }));
      const layers = [shared, createBytes(layerSize, 10 + each)];
      return { blobs: [config, ...layers], manifest: manifestOf(config, layers) };
    });
    const index = createJsonContent(mediaTypes.index, {
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: parts.map(({ manifest }) => descriptorOf(manifest)),
    });
    const payload = Buffer.from(`signature of ${seed}`);
    const signature = manifestOf(payload, []);
    const sbom = Buffer.from(`sbom of ${seed}`);
    const referrer = manifestOf(sbom, [], index);
    const blobs = [...parts.flatMap((each) => each.blobs), payload, sbom];
    const contents = [...blobs, ...parts.map(({ manifest }) => manifest), index, signature, referrer];
    const tagged = Object.fromEntries(tags.map((tag) => [tag, index]));
    this.staging.hold(repository, contents, { ...tagged, [`${index.digest.replace(":", "-")}.sig`]: signature });
    const distinct = new Map(blobs.map((each) => [each.toString("base64"), each.length]));
    const blobBytes = [...distinct.values()].reduce((sum, size) => sum + size, 0);
    const image = { project: "app", repository, digest: index.digest, tags, blobBytes };
    this.images.push(image);
    return image;
  }

  /** Stages a manifest without layers. */
  stageManifest(repository: string, tag: string, annotations: Readonly<Record<string, string>>): void {
    const config = Buffer.from("{}");
    const manifest = createJsonContent(mediaTypes.manifest, { ...emptyManifest(config), annotations });
    this.staging.hold(repository, [config, manifest], { [tag]: manifest });
    this.images.push({ project: "app", repository, digest: manifest.digest, tags: [tag], blobBytes: config.length });
  }

  stageFile(path: string, content: string | Buffer, project = "tools"): void {
    this.stagingBucket.hold(path, content);
    this.files.push({ project, path, bytes: Buffer.from(content) });
  }

  /** The plan for everything that is staged; what is missing is looked up at the doubles, as the real plan does. */
  plan(more: Partial<Plan> = {}): Plan {
    const images = this.images.flatMap((image): ImagePlan[] => {
      const missing = this.targets.flatMap((target) => this.#missing(image, target));
      const { project, repository, digest } = image;
      return missing.length > 0
        ? [{ project, repository, digest, source: `${sourceHost}/${repository}`, missing }]
        : [];
    });
    const targets = this.targets.filter((target) => target.kind === "files");
    const files = this.files.flatMap(({ project, path, bytes }) => {
      const sha256 = createContent("", bytes).digest.slice(7);
      const missing = targets.filter(({ bucket }) => !(bucket as MemoryBucket).objects.get(path)?.bytes.equals(bytes));
      if (missing.length === 0) return [];
      return [{ project, path, sha256, source: `gs://staging/${path}`, missing: missing.map(targetName) }];
    });
    return { format: 1, made: "2026-01-01T00:00:00Z", promise: "", images, files, findings: [], ...more };
  }

  #missing({ repository, digest, tags }: StagedImage, target: Target): ImagePlan["missing"][number][] {
    if (target.kind === "files") return [];
    const name = targetName(target);
    if (target.kind === "blobs") {
      const isThere =
        target.filling === "donor"
          ? (findOriginBucket(this.targets) as MemoryBucket).objects.has(donorRecordKey(target.mirror, digest))
          : (target.bucket as MemoryBucket).objects.has(`containers/complete/${digest}`);
      return isThere ? [] : [{ target: name, content: true, tags: [] }];
    }
    const held = this.places.get(name)?.manifests.get(`${target.root}/${repository}`);
    const lacking = tags.filter((tag) => held?.get(tag)?.digest !== digest);
    const content = held?.has(digest) !== true;
    return content || lacking.length > 0 ? [{ target: name, content, tags: lacking }] : [];
  }

  context(signal: AbortSignal = new AbortController().signal): RunContext {
    const { staging, stagingBucket, places, targets, readBack } = this;
    return {
      targets,
      unplaced: this.unplaced,
      openSource: (source) => staging.repository(source.slice(sourceHost.length + 1)),
      openTarget: (target, repository) => {
        const place = places.get(targetName(target));
        if (!place) throw new Error(`no registry ${target.mirror}`);
        return place.repository(`${target.root}/${repository}`);
      },
      openFile: (source) => ({ bucket: stagingBucket, key: source.slice("gs://staging/".length) }),
      require: this.require,
      readBack,
      isMutable: this.isMutable,
      health: new TargetHealth(),
      memory: new MemoryBudget(1_000_000),
      counters: new RunCounters(),
      clock: createTickClock(),
      signal,
      patience: 100,
      lanes: 4,
    };
  }

  run(plan = this.plan(), context = this.context()): Promise<RunReport> {
    return runPromotion(plan, context);
  }
}

/** A promotion to an origin and two mirrors of each kind, with two images that share layers, and three files. */
export function createSmallPromotion(): SmallPromotion {
  const promotion = new SmallPromotion();
  promotion.addRegistry("google/us", { isOrigin: true });
  promotion.addBucket("files", "google/us", { isOrigin: true, options: { checksums: ["md5", "crc32c"] } });
  promotion.addRegistry("google/eu");
  promotion.addBucket("blobs", "aws/us");
  promotion.addBucket("files", "aws/us");
  promotion.addBucket("files", "azure/west", { options: { checksums: ["md5"] } });
  promotion.stageImage("app/server", ["v1", "v1.0"], 100);
  promotion.stageImage("app/client", ["v1"], 200);
  promotion.stageFile("v1/tool", createBytes(5_000, 7));
  promotion.stageFile("v1/tool.sha256", "0123\n");
  promotion.stageFile("stable.txt", "v1\n");
  return promotion;
}

function emptyManifest(config: Buffer): object {
  const descriptor = descriptorOf(createContent(mediaTypes.config, config));
  return { schemaVersion: 2, mediaType: mediaTypes.manifest, config: descriptor, layers: [] };
}

function manifestOf(config: Buffer, layers: readonly Buffer[], subject?: Content): Content {
  const describe =
    (mediaType: string) =>
    (bytes: Buffer): Descriptor =>
      descriptorOf(createContent(mediaType, bytes));
  return createJsonContent(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: describe(mediaTypes.config)(config),
    layers: layers.map(describe(mediaTypes.layer)),
    ...(subject && { subject: descriptorOf(subject) }),
  });
}
