import { type Draft, type DraftMirror, itemsOf, membersOf, originOf } from "../draft";
import type { Rule } from "./rule";

/** The origin holds what the hosts serve. */
export const originCannotServe: Rule = {
  id: "origin/cannot-serve",
  severity: "error",
  reason:
    "What no mirror has comes from the origin, so the origin needs a registry for images, and a bucket for files.",
  *check(draft) {
    const origin = originOf(draft);
    const provider = origin && draft.providers?.[origin.provider];
    const mirror = origin && provider?.mirrors?.[origin.mirror];
    if (origin === undefined || provider === undefined || mirror === undefined) return;
    const external = provider.cloud === "external";
    for (const kind of servedKinds(draft)) {
      const field = kind === "images" ? "registry" : external ? "files" : "bucket";
      if (holds(mirror, field)) continue;
      const message = `the origin ${origin.provider}/${origin.mirror} has no ${field}, but a host serves ${kind}`;
      yield { path: ["origin"], message, wayOut: `Give that mirror a ${field}, or choose another origin.` };
    }
  },
};

function servedKinds(draft: Draft): Set<"images" | "files"> {
  return new Set(membersOf(draft.hosts).flatMap(([, host]) => itemsOf(host.serves).map(([, kind]) => kind)));
}

/** Also if what is written there is unsound. */
function holds(mirror: DraftMirror, field: string): boolean {
  return field in mirror;
}
