import { inParallel } from "../../stores/in-parallel";
import { listRepositories, type RegistryOptions } from "../../stores/registry/list-repositories";
import { Repository } from "../../stores/registry/repository";
import { referredDigest, signedDigest } from "../image/signature-tag";
import { isDigest } from "./digest";
import type { ImageInventory } from "./format-images";

/** Repositories that are read at once: kpromo's limit for reading registries. */
const mostRepositories = 20;
/** Tags of one repository that are read at once, where a registry does not list digests. */
const mostTags = 10;

/**
 * Reads the images of a registry at a path and below it: digests with their tags, and digests without tags where the registry lists
 * them. Signatures and what else belongs to an image by its tag are left out, because promotion copies them with their image.
 *
 * @returns names below the path; a path that is itself a repository has its last part as its name
 * @throws StoreError
 */
export async function snapshotRegistry(options: RegistryOptions, signal?: AbortSignal): Promise<ImageInventory> {
  const repositories = await listRepositories(options, signal);
  const images = await inParallel(repositories, mostRepositories, async (name) => {
    const repository = new Repository({ ...options, name, access: "pull" });
    try {
      return [nameBelow(name, options.root), await readDigests(repository, signal)] as const;
    } finally {
      await repository.close();
    }
  });
  return new Map(images.filter(([, digests]) => digests.size > 0));
}

function nameBelow(name: string, root: string): string {
  if (root === "") return name;
  return name === root ? (name.split("/").at(-1) ?? name) : name.slice(root.length + 1);
}

async function readDigests(repository: Repository, signal?: AbortSignal): Promise<Map<string, string[]>> {
  const listed = await repository.digestsByTag(signal);
  const byTag = listed?.byTag ?? (await readTags(repository, signal));
  const digests = new Map<string, string[]>([...(listed?.digests ?? [])].map((digest) => [digest, []]));
  const attached = new Set<string>();
  for (const [tag, digest] of byTag) {
    if (isAttachment(tag)) attached.add(digest);
    else digests.set(digest, [...(digests.get(digest) ?? []), tag]);
  }
  const isImage = ([digest, tags]: [string, string[]]) =>
    isDigest(digest) && (tags.length > 0 || !attached.has(digest));
  return new Map([...digests].filter(isImage));
}

function isAttachment(tag: string): boolean {
  return signedDigest(tag) !== undefined || referredDigest(tag) !== undefined;
}

async function readTags(repository: Repository, signal?: AbortSignal): Promise<Map<string, string>> {
  const byTag = new Map<string, string>();
  for await (const tags of repository.tags(signal)) {
    const wanted = tags.filter((tag) => !isAttachment(tag));
    const heads = await inParallel(wanted, mostTags, (tag) => repository.headManifest(tag, signal));
    for (const [index, tag] of wanted.entries()) {
      const digest = heads[index]?.digest;
      // A tag can be removed while the others are read.
      if (digest !== undefined) byTag.set(tag, digest);
    }
  }
  return byTag;
}
