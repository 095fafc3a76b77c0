import { decodeOverlay } from "../../../overlay/decode-overlay";
import type { Overlay } from "../../../overlay/overlay";
import { overlayName } from "../../../overlay/overlay-name";
import type { Ledger } from "../../../promotion/ledger/ledger";
import { readLedger } from "../../../promotion/ledger/read-ledger";
import { Observations } from "../../../promotion/plan/observations";
import type { Plan } from "../../../promotion/plan/plan";
import { targetName } from "../../../promotion/plan/target-name";
import { type TargetHoldings, Unread, type World } from "../../../promotion/plan/world";
import type { Promoted } from "../../../promotion/promoted";
import type { RunContext } from "../../../promotion/run/run-context";
import { RunLedger } from "../../../promotion/run/run-ledger";
import type { RunReport } from "../../../promotion/run/run-report";
import type { Target } from "../../../promotion/targets/target";
import { createContent } from "../../../stores/registry/content";
import { MemoryBucket } from "../../stores/memory-bucket";
import { createSmallPromotion, type SmallPromotion } from "./small-promotion";

/** How a run differs from one that plans everything, and reads all of it. */
export interface LedgerRunOptions {
  /** The repositories and paths that the run is about. @default all */
  readonly selected?: readonly string[];
  /** Targets that the plan cannot read. @default none */
  readonly unread?: readonly string[];
  readonly signal?: AbortSignal;
  readonly more?: Partial<RunContext>;
  /** More of the plan. */
  readonly plan?: Partial<Plan>;
}

const place = { file: "images.yaml", line: 1, column: 1 };

/** What manifests promise. @param selected repositories and paths. @default all */
export function promisedOf({ images, files }: SmallPromotion, selected?: readonly string[]): Promoted {
  const isSelected = (name: string) => selected?.includes(name) ?? true;
  const more = { destinations: "all", place } as const;
  return {
    projects: ["app", "tools"],
    images: images.flatMap(({ project, repository, digest, tags }) => {
      const source = `staging.example.org/${repository}`;
      return isSelected(repository) ? [{ project, source, repository, digest, tags, ...more }] : [];
    }),
    files: files.flatMap(({ project, path, bytes }) => {
      const sha256 = createContent("", bytes).digest.slice(7);
      return isSelected(path) ? [{ project, source: "gs://staging/", name: path, path, sha256, ...more }] : [];
    }),
    withdrawn: [],
  };
}

/** A small promotion that keeps a ledger, with the buckets of two redirectors. */
export class LedgerPromotion {
  readonly tables = [new MemoryBucket({ url: "gs://table" }), new MemoryBucket({ url: "s3://table" })] as const;
  readonly projects = [
    { key: "app", imagesAt: ["app"], filesAt: "app" },
    { key: "tools", imagesAt: ["tools"], filesAt: "" },
  ];
  #minutes = 0;

  constructor(readonly small: SmallPromotion = createSmallPromotion()) {}

  async run(options: LedgerRunOptions = {}): Promise<RunReport> {
    const { selected, unread = [], signal = new AbortController().signal, more } = options;
    const [first, second] = this.tables;
    const now = () => new Date(Date.UTC(2026, 10, 26, 0, this.#minutes++));
    const ledger = await RunLedger.open({ tables: [first, second], projects: this.projects, now });
    const promised = { selected: promisedOf(this.small, selected), all: promisedOf(this.small) };
    const observations = new Observations(promised.selected, this.#world(unread));
    const plan = this.#plan(options);
    return this.small.run(plan, { ...this.small.context(signal), ledger, observations, promised, ...more });
  }

  /** What a plan lists: nothing of what it could not read. */
  #plan({ selected, unread = [], plan: more }: LedgerRunOptions): Plan {
    const plan = this.small.plan(more);
    const isSelected = (name: string) => selected?.includes(name) ?? true;
    const images = plan.images.map((image) => {
      const missing = image.missing.filter(({ target }) => !unread.includes(target));
      return { ...image, missing, unread: unread.filter((target) => !target.endsWith(" files")) };
    });
    const files = plan.files.map((file) => {
      const missing = file.missing.filter((target) => !unread.includes(target));
      return { ...file, missing, unread: unread.filter((target) => target.endsWith(" files")) };
    });
    return {
      ...plan,
      images: images.filter(({ repository, missing }) => isSelected(repository) && missing.length > 0),
      files: files.filter(({ path, missing }) => isSelected(path) && missing.length > 0),
    };
  }

  #world(unread: readonly string[]): World {
    const targets = this.small.targets.map((target) => this.#holdings(target, unread.includes(targetName(target))));
    return { made: "", imageSources: new Map(), fileSources: new Map(), targets };
  }

  #holdings(target: Target, isUnread: boolean): TargetHoldings {
    const { mirror, isOrigin, filling } = target;
    const base = { name: targetName(target), mirror, isOrigin, filling };
    const unread = new Unread("it does not answer");
    if (target.kind === "registry") {
      const held = this.small.places.get(base.name)?.manifests ?? new Map();
      const repositories = this.small.images.map(({ repository }) => {
        const manifests = [...(held.get(`mirrors/${repository}`) ?? [])];
        const digests = new Set(manifests.map(([, { digest }]) => digest));
        const tags = new Map(manifests.flatMap(([key, { digest }]) => (key.includes(":") ? [] : [[key, digest]])));
        return [repository, isUnread ? unread : { digests, tags }] as const;
      });
      return { ...base, kind: "registry", sourceOf: (name) => name, repositories: new Map(repositories) };
    }
    const { objects } = target.bucket as MemoryBucket;
    const folder = "containers/complete/";
    if (target.kind === "blobs") {
      const records = [...objects.keys()]
        .filter((key) => key.startsWith(folder))
        .map((key) => key.slice(folder.length));
      return { ...base, kind: "blobs", complete: isUnread ? unread : new Set(records) };
    }
    const files = new Map(
      Array.from(objects, ([key, { bytes }]) => {
        return [key, { key, size: bytes.length, sha256: createContent("", bytes).digest.slice(7) }] as const;
      }),
    );
    return { ...base, kind: "files", sourceOf: (path) => path, files: isUnread ? unread : files };
  }

  ledger(): Promise<Ledger | undefined> {
    return readLedger(this.tables[0]);
  }

  overlay(table = 0): Overlay | undefined {
    const object = this.tables[table]?.objects.get(overlayName);
    return object && decodeOverlay(object.bytes);
  }
}

/** What a ledger says that a target holds, and it does not. */
export function findFalseClaims(
  { small }: Pick<LedgerPromotion, "small">,
  { images, files, complete }: Ledger,
): string[] {
  return small.targets.flatMap((target) => {
    const name = targetName(target);
    const newest = complete[name] ?? 0;
    const wrong = (what: string) => `${name} is said to hold ${what}`;
    if (target.kind === "files") {
      const { objects } = target.bucket as MemoryBucket;
      const isThere = (path: string, sha256: string) => objects.get(path)?.recordedSha256 === sha256;
      const claimed = files.filter(({ promotion }) => promotion <= newest);
      return claimed.flatMap(({ path, sha256 }) => (isThere(path, sha256) ? [] : [wrong(path)]));
    }
    return images
      .filter(({ promotion }) => promotion <= newest)
      .flatMap(({ repository, digest, tags, manifests, blobs }) => {
        if (target.kind === "blobs") {
          const { objects } = target.bucket as MemoryBucket;
          return blobs.flatMap((blob) => (objects.has(`containers/images/${blob}`) ? [] : [wrong(blob)]));
        }
        const registry = small.places.get(name);
        const held = registry?.manifests.get(`mirrors/${repository}`);
        const bytes = registry?.blobs.get(`mirrors/${repository}`);
        return [
          ...[digest, ...manifests].filter((each) => !held?.has(each)),
          ...tags.filter((tag) => held?.get(tag)?.digest !== digest).map((tag) => `${repository}:${tag}`),
          ...blobs.filter((blob) => !bytes?.has(blob)),
        ].map(wrong);
      });
  });
}
