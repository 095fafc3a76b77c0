import { inParallel } from "../../stores/in-parallel";
import { Repository } from "../../stores/registry/repository";
import { S3Bucket } from "../../stores/s3/s3-bucket";
import type { MadeUpImage } from "./made-up-images";
import type { Place, Places } from "./places";
import { namespace } from "./scene";

/**
 * Makes sure that all destinations have all images, which the servers themselves report: a registry checks digests when it is written to.
 *
 * @throws Error
 */
export async function requireEqual(
  images: readonly MadeUpImage[],
  { registries, stores }: Places,
  fillsStores: boolean,
): Promise<void> {
  for (const place of registries) await inParallel(images, 8, (image) => requireImage(place, image));
  if (fillsStores) for (const place of stores) await inParallel(images, 8, (image) => requireBlobs(place, image));
}

function blobsOf({ configs, layers }: MadeUpImage): { readonly digest: string; readonly size: number }[] {
  const small = configs.map(({ digest, bytes }) => ({ digest, size: bytes.length }));
  return [...small, ...layers.map(({ descriptor }) => descriptor)];
}

async function requireImage({ name: where, direct }: Place, image: MadeUpImage): Promise<void> {
  const name = `${namespace}/${image.name}`;
  const findLogin = async () => undefined;
  const repository = new Repository({ host: `127.0.0.1:${direct}`, name, access: "pull", findLogin });
  const tagged = await Promise.all(image.tags.map((tag) => repository.headManifest(tag)));
  const found = [
    tagged.every((each) => each?.digest === image.index.digest),
    ...(await Promise.all(
      image.manifests.map(async ({ digest }) => (await repository.headManifest(digest)) !== undefined),
    )),
    ...(await Promise.all(
      blobsOf(image).map(async ({ digest, size }) => (await repository.headBlob(digest)) === size),
    )),
  ];
  if (found.includes(false)) throw new Error(`${where} does not have all of ${name}`);
}

async function requireBlobs({ name: where, direct }: Place, image: MadeUpImage): Promise<void> {
  const endpoint = `http://127.0.0.1:${direct}`;
  const bucket = new S3Bucket({ bucket: "artifacts", region: "us-east-1", endpoint, getKeys: async () => undefined });
  for (const { digest, size } of blobsOf(image)) {
    const facts = await bucket.head(`containers/images/${digest}`);
    if (facts?.size === size && `sha256:${facts.sha256}` === digest) continue;
    throw new Error(`${where} does not have ${digest} of ${image.name}`);
  }
}
