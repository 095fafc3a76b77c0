import { inParallel } from "../../stores/in-parallel";
import { StoreError } from "../../stores/store-error";
import { type ImageClosure, readClosure } from "../image/read-closure";
import { groupSignatureTags } from "../image/signature-tag";
import type { PromotedImage } from "../promoted";
import type { AuditRepository } from "./audit-repository";
import type { ExpectedImage } from "./expected-artifacts";
import type { ReadFailure } from "./read-failure";

/** Images that are read at the same time. */
const lanes = 8;

/** What images of one repository consist of. */
export interface ReadImages {
  readonly images: readonly ExpectedImage[];
  /** By digest of a blob, in bytes. */
  readonly sizes: ReadonlyMap<string, number>;
  /** What no registry has completely: see `ExpectedArtifacts`. */
  readonly failures: readonly ReadFailure[];
}

/**
 * Reads what images of one repository consist of, with what is attached to them, at the first registry that has all of an image. It is needed
 * where the ledger does not know it. An image that no registry has completely is expected without its parts.
 *
 * @param repositories of the registries, the origin's first
 * @throws the reason of the signal
 */
export async function readImages(
  images: readonly PromotedImage[],
  repositories: readonly AuditRepository[],
  signal?: AbortSignal,
): Promise<ReadImages> {
  const sizes = new Map<string, number>();
  const failures: ReadFailure[] = [];
  const tagsOf = new Map<AuditRepository, Promise<ReadonlySet<string>>>();
  const readTags = (repository: AuditRepository) => {
    const known = tagsOf.get(repository) ?? listTags(repository, signal);
    tagsOf.set(repository, known);
    return known;
  };
  const read = await inParallel(images, lanes, async (image) => {
    const errors: StoreError[] = [];
    for (const repository of repositories) {
      try {
        const tags = await readTags(repository);
        const closure = await readClosure(image.digest, {
          repository,
          tags,
          signatureTags: groupSignatureTags(tags),
        });
        for (const [digest, { size }] of closure.blobs) sizes.set(digest, size);
        return expectClosure(image, closure);
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof StoreError)) throw error;
        errors.push(error);
      }
    }
    const [{ message } = { message: "no registry has it" }] = errors;
    const isAbsent = errors.every(({ fault }) => fault === "absent" || fault === "corrupt");
    failures.push({ ...baseOf(image), digest: image.digest, isAbsent, message });
    return [{ ...baseOf(image), digest: image.digest, tags: image.tags, manifests: [], blobs: [] }];
  });
  return { images: read.flat(), sizes, failures };
}

async function listTags(repository: AuditRepository, signal: AbortSignal | undefined): Promise<ReadonlySet<string>> {
  const tags = new Set<string>();
  for await (const page of repository.tags(signal)) for (const tag of page) tags.add(tag);
  return tags;
}

function baseOf({ project, repository, destinations }: PromotedImage) {
  return { project, repository, destinations };
}

/** An image, and each of its attachments for itself. */
function expectClosure(image: PromotedImage, { manifests, signatureTags }: ImageClosure): ExpectedImage[] {
  const own = manifests.filter(({ attachedTo }) => attachedTo === undefined);
  const tagsOf = (digest: string) => [...signatureTags].flatMap(([tag, at]) => (at === digest ? [tag] : []));
  return [
    {
      ...baseOf(image),
      digest: image.digest,
      tags: image.tags,
      manifests: own.map(({ content }) => content.digest).filter((digest) => digest !== image.digest),
      blobs: [...new Set(own.flatMap(({ blobs }) => blobs))],
    },
    ...manifests.flatMap(({ content: { digest }, attachedTo, blobs }): ExpectedImage[] =>
      attachedTo === undefined
        ? []
        : [{ ...baseOf(image), digest, attachedTo, tags: tagsOf(digest), manifests: [], blobs }],
    ),
  ];
}
