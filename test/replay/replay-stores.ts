import { createHash } from "node:crypto";
import type { OpenedRun } from "../../cli/promote/run";
import type { RegistryTarget, Target } from "../../promotion/targets/target";
import { LocalBucket } from "../../stores/local/local-bucket";
import type { LocalRegistry } from "../../stores/local/local-registry";
import { Repository } from "../../stores/registry/repository";
import { listFiles, listImages } from "./list-promised";
import { createMadeUpImage } from "./made-up-image";
import type { ManifestState } from "./read-changes";

/** Registries that stand for those of mirrors. */
export interface ReplayRegistries {
  /** In this process, so that it can be filled at once. */
  readonly staging: LocalRegistry;
  /** `127.0.0.1:5000` */
  readonly origin: string;
  readonly mirror: string;
}

const findLogin = async () => undefined;
const pauses = [10, 20, 40];

/** The stores of one replayed change: registries with a folder of its own, and buckets in this process. */
export class ReplayStores {
  readonly blobs = new LocalBucket({ url: "s3://mirror", checksums: ["sha256"] });
  readonly files = new LocalBucket({ url: "gs://origin", checksums: ["md5", "crc32c"] });
  readonly stagingBucket = new LocalBucket({ url: "gs://staging" });
  readonly tables = new LocalBucket({ url: "s3://tables" });
  readonly targets: readonly Target[];
  readonly #registries: ReplayRegistries;

  /** @param root the folder in the registries */
  constructor(registries: ReplayRegistries, root: string) {
    this.#registries = registries;
    const run = { filling: "run", mayRemove: true } as const;
    const [origin, mirror] = ["google/us-central1", "aws/us-east-2"];
    const registry = { ...run, kind: "registry", root, findLogin } as const;
    this.targets = [
      { ...registry, mirror: origin, isOrigin: true, host: registries.origin },
      { ...registry, mirror: "google/europe-west1", isOrigin: false, host: registries.mirror },
      { ...run, kind: "files", mirror: origin, isOrigin: true, bucket: this.files, keyOf: (path) => path },
      { ...run, kind: "files", mirror, isOrigin: false, bucket: this.blobs, keyOf: (path) => path },
      {
        ...run,
        kind: "blobs",
        mirror,
        isOrigin: false,
        bucket: this.blobs,
        keyOf: (digest) => `containers/images/${digest}`,
      },
    ];
  }

  /** Puts made-up contents into staging, where a state of the manifests expects them. */
  stage(state: ManifestState, neverStaged: ReadonlySet<string>): void {
    const { staging } = this.#registries;
    for (const { source, digest } of listImages(state)) {
      if (neverStaged.has(digest)) continue;
      const { manifests, blobs } = createMadeUpImage(digest);
      for (const blob of blobs) staging.blobs.set(`${source} ${blob.digest}`, blob.bytes);
      for (const manifest of manifests) staging.manifests.set(`${source} ${manifest.digest}`, manifest);
    }
    for (const { source, sha256 } of listFiles(state)) this.stagingBucket.hold(source, madeUpFile(sha256));
  }

  open(): OpenedRun {
    const openSource = (source: string) => this.#open(this.#registries.staging.host, source.replace(/^[^/]+\//, ""));
    const openTarget = (target: RegistryTarget, name: string) => this.openRepository(target, name);
    const openSourceBucket = (source: string) => ({
      bucket: this.stagingBucket,
      prefix: source.replace(/^gs:\/\//, ""),
    });
    return {
      targets: this.targets,
      stores: { openSource, openRepository: openTarget, openSourceBucket },
      unplaced: [],
      openSource,
      openTarget,
      openFile: (source) => ({ bucket: this.stagingBucket, key: openSourceBucket(source).prefix }),
      tables: [this.tables],
      alone: (work) => work(new AbortController().signal),
    };
  }

  openRepository({ host, root }: RegistryTarget, name: string): Repository {
    return this.#open(host, root === "" ? name : `${root}/${name}`);
  }

  #open(host: string, name: string): Repository {
    return new Repository({ host, name, access: "push", findLogin, pauses });
  }
}

function madeUpFile(sha256: string): string {
  return `file ${sha256}\n`;
}

/** A manifest with the digests and checksums of the made-up contents. */
export function translate(text: string): string {
  return text
    .replace(/sha256:[0-9a-f]{64}/g, (digest) => createMadeUpImage(digest).digest)
    .replace(/sha256: "?([0-9a-f]{64})"?/g, (_, sha256: string) => {
      return `sha256: ${createHash("sha256").update(madeUpFile(sha256)).digest("hex")}`;
    });
}
