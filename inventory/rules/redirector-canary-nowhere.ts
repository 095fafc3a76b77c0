import { type Draft, mirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** The canary is something that mirrors can have. */
export const redirectorCanaryNowhere: Rule = {
  id: "redirector/canary-nowhere",
  severity: "error",
  reason: "A canary for which no mirror can be asked tells nothing of any mirror.",
  *check(draft) {
    const canary = draft.redirector?.canary;
    if (canary === undefined || draft.providers === undefined) return;
    if (!("blob" in canary) && !("file" in canary)) {
      const message = "the canary names neither a blob nor a file";
      yield { path: ["redirector", "canary"], message, fix: "Name one of them, or take it out." };
    }
    const stores = storesOf(draft);
    for (const [kind, holders] of holding) {
      if (canary[kind] === undefined || holders.some((store) => stores.has(store))) continue;
      const message = `no mirror has ${kind}s`;
      yield { path: ["redirector", "canary", kind], message, fix: "Take it out, or name what mirrors have." };
    }
  },
};

/** What holds blobs, and what files. */
const holding = [
  ["blob", ["registry", "bucket", "blobs"]],
  ["file", ["bucket", "files"]],
] as const;

/** Also those in which something is unsound. */
function storesOf(draft: Draft): ReadonlySet<string> {
  return new Set(mirrorsOf(draft).flatMap(({ mirror }) => Object.keys(mirror)));
}
