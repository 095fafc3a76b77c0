import { membersOf } from "../../document/draft";
import { nearest } from "../../document/nearest";
import { suggestWord } from "../../document/suggest-word";
import { cloudProvidersOf, type DraftCloudMirror, type DraftCloudProvider, originOf } from "../draft";
import type { Rule } from "../rule";

/** The primary is a mirror that others can be copied from. */
export const providerPrimary: Rule = {
  id: "provider/primary",
  severity: "error",
  reason: "The cloud copies from the primary's bucket to the others; at the origin's provider, that is the origin's.",
  *check(draft) {
    const origin = originOf(draft);
    for (const { key, provider, path } of cloudProvidersOf(draft)) {
      const originRegion = origin?.provider === key ? origin.mirror : undefined;
      const { primary } = provider;
      if (primary === undefined) {
        const message = originRegion === undefined ? undefined : originDoubt(provider, originRegion);
        const fix = `Give ${key}/${originRegion} a bucket, or choose another origin.`;
        if (message !== undefined) yield { path: ["origin"], message, fix };
        continue;
      }
      const message = primaryDoubt(provider, primary, originRegion);
      const fix = "Name a mirror of this provider that has a bucket and stays; at the origin's provider: the origin.";
      if (message !== undefined) yield { path: [...path, "primary"], message, fix };
    }
  },
};

function mirrorOf(provider: DraftCloudProvider, region: string): DraftCloudMirror | undefined {
  return Object.hasOwn(provider.mirrors ?? {}, region) ? provider.mirrors?.[region] : undefined;
}

function bucketsOf(provider: DraftCloudProvider): number {
  const mirrors = membersOf<DraftCloudMirror>(provider.mirrors);
  return mirrors.filter(([, mirror]) => "bucket" in mirror).length;
}

function originDoubt(provider: DraftCloudProvider, region: string): string | undefined {
  const mirror = mirrorOf(provider, region);
  if (mirror === undefined || "bucket" in mirror || bucketsOf(provider) < 2) return undefined;
  return `the origin has no bucket from which the provider's ${bucketsOf(provider)} buckets could be copied`;
}

function primaryDoubt(provider: DraftCloudProvider, primary: string, origin: string | undefined): string | undefined {
  const { mirrors } = provider;
  if (mirrors === undefined) return undefined;
  if (!(primary in mirrors)) {
    const meant = nearest(primary, Object.keys(mirrors));
    return `there is no mirror "${primary}" at this provider${suggestWord(meant)}`;
  }
  if (origin !== undefined && origin !== primary) return `the primary is ${primary}, but the origin is ${origin}`;
  const mirror = mirrorOf(provider, primary);
  if (mirror === undefined) return undefined;
  // A registry alone can have a home, too: at Azure.
  const needsBucket = bucketsOf(provider) > 0 || provider.cloud !== "azure";
  if (needsBucket && !("bucket" in mirror)) return `the primary ${primary} has no bucket`;
  return mirror.state === "retired" ? `the primary ${primary} is retired` : undefined;
}
