import { createHash } from "node:crypto";
import { blobContainer } from "../../inventory/names";
import { projectFolder } from "./promotion-project";
import { buckets, type PromotionStores } from "./promotion-stores";
import type { SeenRequest } from "./recording-proxy";
import { contentsOf, type StagedRelease } from "./staged-release";

/** What a write stored; undefined if it stored nothing, or not all of it. */
function storedBy({ method, path, status = 0, beginning }: SeenRequest): string | undefined {
  if (status < 200 || status >= 300) return undefined;
  const decoded = decodeURIComponent(path);
  if (method === "POST") {
    const [, name] = /^\/upload\/storage\/.*[?&]uploadType=multipart/.test(path)
      ? (/"name":"([^"]+)"/.exec(beginning) ?? [])
      : [];
    return name;
  }
  if (method !== "PUT") return undefined;
  const [, repository, digest] = /^\/v2\/(.+)\/blobs\/uploads\/.*[?&]digest=(sha256:[0-9a-f]{64})/.exec(decoded) ?? [];
  return digest === undefined ? decoded : `${repository} ${digest}`;
}

/** What was stored more than once, of the requests to one server. */
export function findStoredTwice(seen: readonly SeenRequest[]): string[] {
  const counts = new Map<string, number>();
  for (const request of seen) {
    const stored = storedBy(request);
    if (stored !== undefined) counts.set(stored, (counts.get(stored) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 1).map(([stored, count]) => `${stored}: ${count} times`);
}

/** The bytes of all bodies that were sent to a server. */
export function countSent(seen: readonly SeenRequest[]): number {
  return seen.reduce((sum, { sent }) => sum + sent, 0);
}

async function readText(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}

async function stateOfRegistry(url: string, { promises, image }: StagedRelease, digests: readonly string[]) {
  const state: string[] = [];
  for (const name of new Set(Object.keys(promises.images).map((reference) => reference.split(":")[0]))) {
    const repository = `${url}/v2/${projectFolder}/${name}`;
    const { tags } = JSON.parse(await readText(`${repository}/tags/list`)) as { readonly tags: readonly string[] };
    const accept = [image.index, image.artifact.manifest].map(({ mediaType }) => mediaType).join(", ");
    const manifest = async (reference: string) => {
      const response = await fetch(`${repository}/manifests/${reference}`, { headers: { accept } });
      const bytes = Buffer.from(await response.arrayBuffer());
      return response.ok ? createHash("sha256").update(bytes).digest("hex") : String(response.status);
    };
    for (const tag of [...tags].sort()) state.push(`${name}:${tag} ${await manifest(tag)}`);
    for (const digest of digests) {
      const { status } = await fetch(`${repository}/blobs/${digest}`, { method: "HEAD" });
      state.push(`${name} ${digest} ${await manifest(digest)} ${status}`);
    }
  }
  return state;
}

async function stateOfS3(url: string, bucket: string): Promise<string[]> {
  const listing = await readText(`${url}/${bucket}?list-type=2&max-keys=1000`);
  return [...listing.matchAll(/<Contents>.*?<Key>(.*?)<\/Key>.*?<ETag>(.*?)<\/ETag>.*?<Size>(\d+)/gs)].map(
    ([, key, etag, size]) => `${bucket} ${key} ${etag} ${size}`,
  );
}

async function stateOfGoogle(url: string): Promise<string[]> {
  const listing = await readText(`${url}/storage/v1/b/${buckets.google}/o?maxResults=1000`);
  const { items = [] } = JSON.parse(listing) as {
    readonly items?: readonly { readonly name: string; readonly md5Hash: string; readonly size: string }[];
  };
  return items.map(({ name, md5Hash, size }) => `${buckets.google} ${name} ${md5Hash} ${size}`);
}

async function stateOfAzure(url: string): Promise<string[]> {
  const listing = await readText(
    `${url}/${buckets.azure}/${blobContainer}?restype=container&comp=list&maxresults=1000`,
  );
  return [
    ...listing.matchAll(/<Blob>.*?<Name>(.*?)<\/Name>.*?<Content-Length>(\d+).*?<Content-MD5>(.*?)<\/Content-MD5>/gs),
  ].map(([, key, size, md5]) => `${buckets.azure} ${key} ${md5} ${size}`);
}

/** Everything that the mirrors hold, without dates: tags, manifests, blobs and objects, each with a checksum. Read past the proxies. */
export async function readState(stores: PromotionStores, release: StagedRelease): Promise<readonly string[]> {
  const digests = contentsOf(release.image).map(({ digest }) => digest);
  const at = ({ target }: { readonly target: number | undefined }) => `http://127.0.0.1:${target}`;
  const registries = [];
  for (const proxy of [stores.origin, stores.crane])
    registries.push(...(await stateOfRegistry(at(proxy), release, digests)));
  const objects = [
    ...(await stateOfS3(at(stores.s3), buckets.origin)),
    ...(await stateOfS3(at(stores.s3), buckets.store)),
    ...(await stateOfGoogle(at(stores.google))),
    ...(await stateOfAzure(at(stores.azure))),
  ];
  return [...registries, ...objects.sort()];
}
