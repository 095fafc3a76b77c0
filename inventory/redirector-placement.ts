import type { Draft } from "./draft";

/** Whether the redirector runs at a cloud; `undefined` if it was mistyped. */
export function runsAtCloud(draft: Draft): boolean | undefined {
  if (!("redirector" in draft)) return false;
  const { redirector } = draft;
  if (redirector === undefined) return undefined;
  const runsAt = redirector["runs-at"];
  if (runsAt === undefined) return "runs-at" in redirector ? undefined : false;
  return Object.keys(runsAt).length > 0;
}

/** Whether the zone is published at a provider; `undefined` if it was mistyped. */
export function isPublished({ dns }: Draft): boolean | undefined {
  if (dns === undefined) return undefined;
  const publishedAt = dns["published-at"];
  if (publishedAt === undefined) return "published-at" in dns ? undefined : false;
  return publishedAt.length > 0;
}
