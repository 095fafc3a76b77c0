import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createLayer } from "../../packaging/layer";
import { type Content, descriptorOf, digestOf } from "../../stores/registry/content";
import { createTestImage, pseudorandomBytes, type TestImage } from "./image";
import type { Output } from "./program";
import type { Promises } from "./promotion-project";
import { buckets, type PromotionStores } from "./promotion-stores";

/** Clients that push. */
export interface PushingClients {
  crane(...args: readonly string[]): Promise<Output>;
  regctl(...args: readonly string[]): Promise<Output>;
}

/** What a project has published to its staging area. */
export interface StagedRelease {
  readonly image: TestImage;
  /** By path, below the project's folder. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly promises: Promises;
  /** Bytes of the distinct blobs and files. */
  readonly distinctBytes: number;
}

/** The names and tags of the images. */
export const multiArch = { name: "multi-arch", tag: "v1.0.0" } as const;
export const single = { name: "base", tag: "1.0" } as const;

/** regctl uses https unless this option says otherwise for a host. */
export const plainHttp = (host: string): readonly string[] => ["--host", `reg=${host},tls=disabled`];

/** Everything of an image, with its signature and referrer. */
export function contentsOf({ index, platforms, signature, artifact }: TestImage): readonly Content[] {
  const manifests = [...Object.values(platforms), signature, artifact];
  const all = [index, ...manifests.flatMap(({ manifest, blobs }) => [manifest, ...blobs])];
  return [...new Map(all.map((content) => [content.digest, content])).values()];
}

/** Writes an image as an OCI layout (OCI image specification, "Image Layout"), with cosign's tag and that of its referrers. */
function writeLayout(folder: string, image: TestImage): void {
  const blobs = join(folder, "blobs/sha256");
  mkdirSync(blobs, { recursive: true });
  for (const { digest, bytes } of [...contentsOf(image), image.referrers]) {
    writeFileSync(join(blobs, digest.slice("sha256:".length)), bytes);
  }
  const tagged: readonly (readonly [string, Content])[] = [
    [multiArch.tag, image.index],
    [image.signatureTag, image.signature.manifest],
    [image.referrersTag, image.referrers],
  ];
  const manifests = tagged.map(([tag, content]) => ({
    ...descriptorOf(content),
    annotations: { "org.opencontainers.image.ref.name": tag },
  }));
  writeFileSync(join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
}

async function putFiles({ google }: PromotionStores, files: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const [path, bytes] of files) {
    const query = `uploadType=media&name=${encodeURIComponent(`tools/${path}`)}`;
    const url = `${google.url}/upload/storage/v1/b/${buckets.staging}/o?${query}`;
    const { ok, status } = await fetch(url, { method: "POST", body: bytes });
    if (!ok) throw new Error(`${path} cannot be staged: ${status}`);
  }
}

function hexadecimalOf(bytes: Buffer): string {
  return digestOf(bytes).slice("sha256:".length);
}

/**
 * Publishes a release to a staging area with real clients: with regctl an index for two platforms with a signature and a referrer, with
 * crane an image of one platform that shares a layer with it, and files.
 *
 * @param folder for the clients' files
 */
export async function stageRelease(
  stores: PromotionStores,
  { crane, regctl }: PushingClients,
  folder: string,
): Promise<StagedRelease> {
  const image = createTestImage();
  const registry = `${stores.staging.host}/staging`;
  const layout = join(folder, "layout");
  writeLayout(layout, image);
  const multi = `${registry}/${multiArch.name}:${multiArch.tag}`;
  const attached = ["--referrers", "--digest-tags"];
  await regctl(
    ...plainHttp(stores.staging.host),
    "image",
    "copy",
    ...attached,
    `ocidir://${layout}:${multiArch.tag}`,
    multi,
  );
  const [, shared] = image.platforms["linux/amd64"].blobs;
  const own = createLayer({ own: pseudorandomBytes("own", 200_000) });
  const layers = [shared, own].map((layer, position) => {
    const file = join(folder, `layer-${position}.tar.gz`);
    writeFileSync(file, layer?.bytes ?? Buffer.alloc(0));
    return file;
  });
  const one = `${registry}/${single.name}:${single.tag}`;
  await crane("append", "--oci-empty-base", "--new_layer", layers.join(","), "--new_tag", one);
  const digest = (await crane("digest", one)).trim();
  const tool = pseudorandomBytes("tool", 3_000_000);
  const files = new Map([
    ["v1.0.0/tool", tool],
    ["v1.0.0/tool.sha256", Buffer.from(`${hexadecimalOf(tool)}\n`)],
    ["stable.txt", Buffer.from("v1.0.0\n")],
  ]);
  await putFiles(stores, files);
  const sizes = [...contentsOf(image), own].filter(({ digest: each }) => !isManifest(image, each));
  return {
    image,
    files,
    promises: {
      images: { [`${multiArch.name}:${multiArch.tag}`]: image.index.digest, [`${single.name}:${single.tag}`]: digest },
      files: Object.fromEntries(Array.from(files, ([path, bytes]) => [path, hexadecimalOf(bytes)])),
    },
    distinctBytes: [...sizes.map(({ bytes }) => bytes), ...files.values()].reduce((sum, { length }) => sum + length, 0),
  };
}

function isManifest({ index, platforms, signature, artifact }: TestImage, digest: string): boolean {
  const manifests = [index, ...[...Object.values(platforms), signature, artifact].map(({ manifest }) => manifest)];
  return manifests.some((each) => each.digest === digest);
}
