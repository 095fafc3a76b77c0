import { createHash } from "node:crypto";
import { readClosure } from "../../../promotion/image/read-closure";
import { groupSignatureTags } from "../../../promotion/image/signature-tag";
import { targetName } from "../../../promotion/plan/target-name";
import type { BlobTarget, FileTarget, RegistryTarget } from "../../../promotion/targets/target";
import type { Bucket } from "../../../stores/bucket";
import { StoreError } from "../../../stores/store-error";
import type { DemoImage } from "./demo-image";
import { demoNames } from "./demo-project";
import type { DemoStores } from "./demo-stores";

/** What was read at one store of a mirror. */
export interface MirrorCheck {
  /** `<mirror> registry`, `<mirror> blobs` or `<mirror> files`. */
  readonly target: string;
  /** Manifests, blobs or files. */
  readonly objects: number;
  readonly bytes: number;
  /** What is missing or wrong. @default everything is there */
  readonly problem?: string;
}

/** What mirrors should have. */
export interface Expected {
  readonly images: readonly DemoImage[];
  /** By their names in staging. */
  readonly files: ReadonlyMap<string, Buffer>;
}

type Counts = Pick<MirrorCheck, "objects" | "bytes">;

/** Reads an image by its tag with all that belongs to it, and verifies every byte. */
async function readImage(stores: DemoStores, { host }: RegistryTarget, image: DemoImage): Promise<Counts> {
  const repository = stores.openRepository(host, demoNames.repository);
  const found = await repository.headManifest(image.tag);
  if (found?.digest !== image.digest) throw new StoreError(`the tag ${image.tag} is ${found?.digest ?? "absent"}`);
  const tags: string[] = [];
  for await (const page of repository.tags()) tags.push(...page);
  const closure = await readClosure(image.digest, { repository, signatureTags: groupSignatureTags(tags) });
  const digests = new Set(closure.manifests.map(({ content }) => content.digest));
  const lacking = [...image.manifests.values()].filter(({ digest }) => !digests.has(digest));
  if (lacking.length > 0) throw new StoreError(`${lacking.length} manifests are not there`);
  let bytes = 0;
  for (const blob of closure.blobs.values()) {
    for await (const chunk of repository.readBlob(blob)) bytes += chunk.length;
  }
  for (const { content } of closure.manifests) bytes += content.bytes.length;
  return { objects: closure.manifests.length + closure.blobs.size, bytes };
}

async function readObject(bucket: Bucket, key: string, sha256: string): Promise<Counts> {
  const { body } = await bucket.open(key);
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  if (hash.digest("hex") !== sha256) throw new StoreError(`${key} has other bytes`, "corrupt");
  return { objects: 1, bytes };
}

function readBlobs({ bucket, keyOf }: BlobTarget, images: readonly DemoImage[]): Promise<Counts>[] {
  const digests = new Set(images.flatMap(({ blobs }) => [...blobs.keys()]));
  return Array.from(digests, (digest) => readObject(bucket, keyOf(digest), digest.replace("sha256:", "")));
}

function readFiles({ bucket, keyOf }: FileTarget, files: Expected["files"]): Promise<Counts>[] {
  return Array.from(files, ([name, bytes]) => {
    return readObject(bucket, keyOf(`${demoNames.files}${name}`), createHash("sha256").update(bytes).digest("hex"));
  });
}

/** Reads everything back from all stores of some mirrors, as a client would, and verifies every byte. */
export function checkMirrors(
  stores: DemoStores,
  mirrors: readonly string[],
  expected: Expected,
): Promise<MirrorCheck[]> {
  const targets = stores.targets.filter(({ mirror }) => mirrors.includes(mirror));
  const checks = targets.map(async (target): Promise<MirrorCheck> => {
    const name = targetName(target);
    try {
      const counts = await Promise.all(
        target.kind === "registry"
          ? expected.images.map((image) => readImage(stores, target, image))
          : target.kind === "blobs"
            ? readBlobs(target, expected.images)
            : readFiles(target, expected.files),
      );
      const sum = (key: keyof Counts) => counts.reduce((total, each) => total + each[key], 0);
      return { target: name, objects: sum("objects"), bytes: sum("bytes") };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return { target: name, objects: 0, bytes: 0, problem: error.message };
    }
  });
  return Promise.all(checks);
}
