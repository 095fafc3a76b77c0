import { membersOf } from "../document/draft";
import { hostOfUrl } from "../networks/find-url-problem";
import type { Draft } from "./draft";
import { redirectorZone } from "./names";

/** The host of a URL or URL template, if it is the redirector's own. */
export function ownHostOf(draft: Draft, url: string): string | undefined {
  const host = hostOfUrl(url)?.toLowerCase();
  if (host === undefined) return undefined;
  const zone = draft.dns?.zone === undefined ? undefined : redirectorZone(draft.dns.zone);
  const isOurs =
    membersOf(draft.hosts).some(([name]) => name === host) ||
    (zone !== undefined && (host === zone || host.endsWith(`.${zone}`)));
  return isOurs ? host : undefined;
}
