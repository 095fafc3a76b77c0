import type { AskedList } from "../../routing/answer";
import { digestPattern, tagPattern } from "../../routing/asked";

/** How a list is requested and read. */
export interface ListForm {
  /** The media type of the answer. */
  readonly type: string;
  /** The list with only its required members, as clients get it; undefined if the body is not such a list. */
  read(body: unknown, asked: AskedList): object | undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * OCI distribution specification, "Listing Tags". Registries with a prefix (Artifact Registry: `PROJECT/REPOSITORY/NAME`) use
 * a different repository name than clients. Some return `null` as `tags` if there are none.
 */
const tagList: ListForm = {
  type: "application/json",
  read(body, { name }) {
    if (!isObject(body) || typeof body.name !== "string") return undefined;
    const tags = body.tags ?? [];
    if (!Array.isArray(tags)) return undefined;
    return tags.every((tag) => typeof tag === "string" && tagPattern.test(tag)) ? { name, tags } : undefined;
  },
};

function isDescriptor(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { mediaType, digest, size } = value;
  return (
    typeof mediaType === "string" && typeof digest === "string" && digestPattern.test(digest) && Number.isInteger(size)
  );
}

/** OCI distribution specification, "Listing Referrers": an image index. */
const referrers: ListForm = {
  type: "application/vnd.oci.image.index.v1+json",
  read(body) {
    if (!isObject(body) || body.schemaVersion !== 2) return undefined;
    if (body.mediaType !== undefined && body.mediaType !== referrers.type) return undefined;
    const manifests = body.manifests ?? [];
    return Array.isArray(manifests) && manifests.every(isDescriptor) ? { ...body, manifests } : undefined;
  },
};

/** The forms of paginated lists. */
export const listForms: Readonly<Record<AskedList["class"], ListForm>> = { "tag-list": tagList, referrers };
