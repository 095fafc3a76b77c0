import { bodyOf } from "../../stores/http/exchange";
import { Repository } from "../../stores/registry/repository";
import type { ManifestWithBlobs, TestImage } from "./image";

/** The repository that the image is pushed to. It has two components, like most real ones. */
export const repository = "trial/multi-arch";

/** The tags of the image: several, so that their list has pages. */
export const tags = ["v1.0.0", "v1.0.1", "latest"] as const;

/** A repository of a registry without logins. @param host with its port */
export function repositoryAt(host: string, name: string): Repository {
  return new Repository({ host, name, access: "push", findLogin: async () => undefined });
}

function manifestsOf({ platforms, signature, artifact }: TestImage): readonly ManifestWithBlobs[] {
  return [...Object.values(platforms), signature, artifact];
}

/**
 * Pushes only the configurations and layers: the content of a mirror of blobs.
 *
 * @param registry a URL without a path
 * @throws StoreError if the registry refuses one
 */
export async function pushBlobs(registry: string, image: TestImage): Promise<void> {
  const to = repositoryAt(new URL(registry).host, repository);
  for (const { blobs } of manifestsOf(image)) {
    for (const { digest, bytes } of blobs) await to.upload(digest, bodyOf(bytes));
  }
}

/**
 * Pushes everything: the content of the origin. Registries refuse a manifest that refers to something they do not have, so
 * the order matters.
 *
 * @param registry a URL without a path
 * @throws StoreError if the registry refuses one
 */
export async function pushImage(registry: string, image: TestImage): Promise<void> {
  await pushBlobs(registry, image);
  const to = repositoryAt(new URL(registry).host, repository);
  for (const { manifest } of Object.values(image.platforms)) await to.put(manifest);
  for (const tag of tags) await to.put(image.index, tag);
  await to.put(image.signature.manifest, image.signatureTag);
  await to.put(image.artifact.manifest);
  await to.put(image.referrers, image.referrersTag);
}
