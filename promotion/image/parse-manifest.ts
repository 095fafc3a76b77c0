import { z } from "zod";
import type { Content, Descriptor } from "../../stores/registry/content";
import { isIndex, isManifest } from "../../stores/registry/media-types";
import { StoreError } from "../../stores/store-error";

/** What a manifest or an index refers to. */
export interface ParsedManifest {
  readonly isIndex: boolean;
  /** The manifests of an index. */
  readonly children: readonly Descriptor[];
  /** The configuration and layers of a manifest, without those that must not be passed on. */
  readonly blobs: readonly Descriptor[];
  /** The digest that it refers to as its subject. */
  readonly subject?: string;
}

/** Size limit of a list in a manifest: the largest real images have 127 layers, the limit of overlayfs and of Docker. */
const mostDescriptors = 1_000;

const descriptor = z.object({
  mediaType: z.string().min(1).max(255),
  digest: z.string().regex(/^sha256:[a-f0-9]{64}$/),
  size: z.int().nonnegative(),
});
const descriptors = z.array(descriptor).max(mostDescriptors);
const subject = descriptor.optional();
const manifestShape = z.object({ schemaVersion: z.literal(2), config: descriptor, layers: descriptors, subject });
const indexShape = z.object({ schemaVersion: z.literal(2), manifests: descriptors, subject });

/**
 * Layers that are fetched from their publisher, and that registries accept without having them (OCI image specification 1.1,
 * "Non-Distributable Layers"; Docker's schema 2, "foreign").
 */
const undistributed = /nondistributable|\.foreign\./;

function parseJson({ bytes }: Content): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/**
 * Reads what a manifest or an index refers to. Fields that are not needed here are ignored.
 *
 * @param where `HOST/REPOSITORY`, for messages
 * @throws StoreError "unsupported" for other media types (Docker's schema 1); "corrupt" if it is not valid
 */
export function parseManifest(content: Content, where: string): ParsedManifest {
  const { mediaType, digest } = content;
  if (!isIndex(mediaType) && !isManifest(mediaType)) {
    const message = `${where}@${digest} has the media type ${JSON.stringify(mediaType)}: only images, artifacts and indexes of OCI and Docker (schema 2) can be promoted; publish it in one of these`;
    throw new StoreError(message, "unsupported");
  }
  const shape = isIndex(mediaType) ? indexShape : manifestShape;
  const parsed = shape.safeParse(parseJson(content));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join(".") || "the document";
    throw new StoreError(`${where}@${digest} is not a valid manifest: ${place}: ${issue?.message}`, "corrupt");
  }
  const referred = parsed.data.subject && { subject: parsed.data.subject.digest };
  if ("manifests" in parsed.data) return { isIndex: true, children: parsed.data.manifests, blobs: [], ...referred };
  const { config, layers } = parsed.data;
  const blobs = [config, ...layers].filter((blob) => !undistributed.test(blob.mediaType));
  return { isIndex: false, children: [], blobs, ...referred };
}
