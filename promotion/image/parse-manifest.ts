import { z } from "zod";
import type { Content, Descriptor } from "../../stores/registry/content";
import { isIndex, isManifest } from "../../stores/registry/media-types";
import { StoreError } from "../../stores/store-error";
import { findAmbiguity } from "./find-ambiguity";

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

/**
 * The largest blob, in bytes: the largest layer of any registry (Azure Container Registry, "Service tier features and limits": 200 GiB).
 * A source that names more could send without end.
 */
const largestBlob = 200 * 1024 ** 3;

const descriptor = z.object({
  mediaType: z.string().min(1).max(255),
  digest: z.string().regex(/^sha256:[a-f0-9]{64}$/),
  size: z.int().nonnegative().max(largestBlob),
});
const descriptors = z.array(descriptor).max(mostDescriptors);
const subject = descriptor.optional();
const manifestShape = z.object({ schemaVersion: z.literal(2), config: descriptor, layers: descriptors, subject });
const indexShape = z.object({ schemaVersion: z.literal(2), manifests: descriptors, subject });
const named = z.object({ mediaType: z.string().max(255) });

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

/** The members of manifests and indexes (OCI image specification 1.1, "Image Manifest", "Image Index"). */
const memberNames = [
  "schemaVersion",
  "mediaType",
  "artifactType",
  "config",
  "layers",
  "manifests",
  "subject",
  "annotations",
];

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

/**
 * Bytes that are an image to one client and an index to another would be copied for one of them only (CVE-2021-41190): the media type of
 * the registry must be the document's own, and a document has no members of the other kind, nor any that clients read differently.
 */
function requireOneMeaning(value: unknown, { mediaType, digest, bytes }: Content, where: string): void {
  const ambiguity = value === undefined ? undefined : findAmbiguity(bytes.toString(), memberNames);
  if (ambiguity !== undefined) throw new StoreError(`${where}@${digest} ${ambiguity}: publish it again`, "corrupt");
  const own = named.safeParse(value).data?.mediaType || mediaType;
  if (own !== mediaType) {
    const both = `${JSON.stringify(mediaType)} at the registry, and ${JSON.stringify(own)} in the manifest itself`;
    throw new StoreError(`${where}@${digest} is ${both}: publish it again`, "corrupt");
  }
  const members = (value ?? {}) as Readonly<Record<string, unknown>>;
  const foreign = (isIndex(mediaType) ? ["config", "layers"] : ["manifests"]).find((name) => isSet(members[name]));
  if (foreign === undefined) return;
  throw new StoreError(
    `${where}@${digest} is an image and an index at once, with ${foreign}: publish it again`,
    "corrupt",
  );
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
  const value = parseJson(content);
  requireOneMeaning(value, content, where);
  const parsed = shape.safeParse(value);
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
