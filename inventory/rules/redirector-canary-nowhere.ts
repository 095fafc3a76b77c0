import { type Draft, mirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** Mirrors can hold the canary. */
export const redirectorCanaryNowhere: Rule = {
  id: "redirector/canary-nowhere",
  severity: "error",
  reason: "A canary that no mirror can hold checks nothing.",
  *check(draft) {
    const canary = draft.redirector?.canary;
    if (canary === undefined || draft.providers === undefined) return;
    if (!("blob" in canary) && !("file" in canary)) {
      const message = "the canary has neither a blob nor a file";
      yield { path: ["redirector", "canary"], message, fix: "Add one of them, or remove the canary." };
    }
    const stores = storesOf(draft);
    for (const [kind, holders] of storesOfKind) {
      if (canary[kind] === undefined || holders.some((store) => stores.has(store))) continue;
      const message = `no mirror can hold ${kind}s`;
      yield { path: ["redirector", "canary", kind], message, fix: "Remove it, or use an object that mirrors hold." };
    }
  },
};

/** The stores that can hold each kind of canary. */
const storesOfKind = [
  ["blob", ["registry", "bucket", "blobs"]],
  ["file", ["bucket", "files"]],
] as const;

/** The kinds of stores that mirrors have, including invalid ones. */
function storesOf(draft: Draft): ReadonlySet<string> {
  return new Set(mirrorsOf(draft).flatMap(({ mirror }) => Object.keys(mirror)));
}
