import type { Content, ManifestWithBlobs, TestImage } from "./image";

/** The repository that the image is pushed to: two components, as most real ones. */
export const repository = "trial/multi-arch";

/** The tags of the image; several, so that their listing has pages. */
export const tags = ["v1.0.0", "v1.0.1", "latest"] as const;

async function expectStatus(status: number, url: URL | string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (response.status === status) return response;
  throw new Error(`${init.method} ${url}: ${response.status} instead of ${status}\n${await response.text()}`);
}

/** OCI distribution specification 1.1, "Pushing a blob monolithically": POST, then PUT. */
async function pushBlob(registry: string, { digest, bytes }: Content): Promise<void> {
  const uploads = `${registry}/v2/${repository}/blobs/uploads/`;
  const begun = await expectStatus(202, uploads, { method: "POST" });
  const upload = new URL(begun.headers.get("location") ?? "", uploads);
  upload.searchParams.set("digest", digest);
  const headers = { "Content-Type": "application/octet-stream" };
  await expectStatus(201, upload, { method: "PUT", body: new Uint8Array(bytes), headers });
}

async function pushManifest(registry: string, reference: string, { mediaType, bytes }: Content): Promise<void> {
  const url = `${registry}/v2/${repository}/manifests/${reference}`;
  await expectStatus(201, url, {
    method: "PUT",
    body: new Uint8Array(bytes),
    headers: { "Content-Type": mediaType },
  });
}

function manifestsOf({ platforms, signature, artifact }: TestImage): readonly ManifestWithBlobs[] {
  return [...Object.values(platforms), signature, artifact];
}

/**
 * Pushes the configurations and layers alone: what a mirror of blobs holds.
 *
 * @param registry a URL without a path
 * @throws Error where the registry does not take one
 */
export async function pushBlobs(registry: string, image: TestImage): Promise<void> {
  for (const { blobs } of manifestsOf(image)) for (const blob of blobs) await pushBlob(registry, blob);
}

/**
 * Pushes everything: what the origin holds. What is referred to comes first, or a registry refuses what refers to it.
 *
 * @param registry a URL without a path
 * @throws Error where the registry does not take one
 */
export async function pushImage(registry: string, image: TestImage): Promise<void> {
  await pushBlobs(registry, image);
  for (const { manifest } of Object.values(image.platforms)) await pushManifest(registry, manifest.digest, manifest);
  for (const tag of tags) await pushManifest(registry, tag, image.index);
  await pushManifest(registry, image.signatureTag, image.signature.manifest);
  await pushManifest(registry, image.artifact.manifest.digest, image.artifact.manifest);
  await pushManifest(registry, image.referrersTag, image.referrers);
}
