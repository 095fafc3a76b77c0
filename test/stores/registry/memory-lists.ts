import type { Content } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { type Answer, jsonAnswer } from "./memory-answer";

/** One page of a list, and the `Link` to the next one. */
function page<T>(items: readonly T[], from: number, count: number, next: (last: T) => string) {
  const shown = items.slice(from, from + count);
  const last = shown.at(-1);
  const hasMore = from + count < items.length && last !== undefined;
  return { shown, headers: hasMore ? { Link: `<${next(last)}>; rel="next"` } : {} };
}

/** How tags are listed. */
export interface TagListRules {
  /** Most tags on a page. */
  readonly pageSize: number;
  /** Whether pages have a `Link`. */
  readonly links: boolean;
  /** Whether digests are listed too, as at Google. */
  readonly listsDigests: boolean;
}

/** Answers `tags/list`, with all manifests of a repository by reference. */
export function listTags(
  name: string,
  manifests: ReadonlyMap<string, Content>,
  { pathname, searchParams }: URL,
  { pageSize, links, listsDigests }: TagListRules,
): Answer {
  if (manifests.size === 0) return { status: 404 };
  const tags = [...manifests.keys()].filter((reference) => !reference.includes(":")).sort();
  const digests = listsDigests && { child: [], manifest: listDigests(manifests) };
  if (digests) return jsonAnswer({ name, tags, ...digests });
  const count = Math.min(Number(searchParams.get("n") ?? pageSize), pageSize);
  const last = searchParams.get("last");
  const from = last === null ? 0 : tags.filter((tag) => tag <= last).length;
  const next = (tag: string) => `${pathname}?n=${count}&last=${tag}`;
  const { shown, headers } = page(tags, from, count, next);
  return jsonAnswer({ name, tags: shown }, links ? headers : {});
}

function listDigests(manifests: ReadonlyMap<string, Content>): object {
  const entries = [...new Set([...manifests.values()].map(({ digest }) => digest))].map((digest) => {
    const tag = [...manifests].filter(([key, each]) => !key.includes(":") && each.digest === digest);
    const content = manifests.get(digest) ?? tag[0]?.[1];
    const size = `${content?.bytes.length ?? 0}`;
    return [digest, { mediaType: content?.mediaType, imageSizeBytes: size, tag: tag.map(([name]) => name) }];
  });
  return Object.fromEntries(entries);
}

/** Answers `referrers/DIGEST`: the descriptors of the manifests whose subject it is. */
export function listReferrers(
  subject: string,
  manifests: ReadonlyMap<string, Content>,
  { pathname, searchParams }: URL,
  pageSize: number,
): Answer {
  const found = [...manifests]
    .filter(([key]) => key.includes(":"))
    .map(([, content]) => content)
    .flatMap((content) => {
      const manifest = JSON.parse(content.bytes.toString());
      if (manifest.subject?.digest !== subject) return [];
      const { annotations, artifactType = manifest.config?.mediaType } = manifest;
      const { mediaType, digest, bytes } = content;
      return [{ mediaType, digest, size: bytes.length, artifactType, ...(annotations && { annotations }) }];
    });
  const from = Number(searchParams.get("from") ?? 0);
  const { shown, headers } = page(found, from, pageSize, () => `${pathname}?from=${from + pageSize}`);
  const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: shown };
  return jsonAnswer(index, { ...headers, "Content-Type": mediaTypes.index });
}
