import type { Content } from "../registry/content";
import { mediaTypes } from "../registry/media-types";
import { type Answer, errorAnswer, jsonAnswer } from "./local-answer";

/** One page of a list, and the `Link` to the next one. */
function page<T>(items: readonly T[], from: number, count: number, next: (last: T) => string) {
  const shown = items.slice(from, from + count);
  const last = shown.at(-1);
  const hasMore = from + count < items.length && last !== undefined;
  return { shown, headers: hasMore ? { Link: `<${next(last)}>; rel="next"` } : {} };
}

/**
 * Answers `tags/list`.
 *
 * @param manifests all of the repository, by digest and by tag
 * @param pageSize most tags on a page
 */
export function listTags(
  name: string,
  manifests: ReadonlyMap<string, Content>,
  { pathname, searchParams }: URL,
  pageSize: number,
): Answer {
  if (manifests.size === 0) return errorAnswer(404, "NAME_UNKNOWN");
  const tags = [...manifests.keys()].filter((reference) => !reference.includes(":")).sort();
  const count = Math.min(Number(searchParams.get("n") ?? pageSize), pageSize);
  const last = searchParams.get("last");
  const from = last === null ? 0 : tags.filter((tag) => tag <= last).length;
  const { shown, headers } = page(tags, from, count, (tag) => `${pathname}?n=${count}&last=${tag}`);
  return jsonAnswer({ name, tags: shown }, headers);
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
