import { membersOf } from "../../document/draft";
import { findNearest } from "../../document/find-nearest";
import { suggestWord } from "../../document/suggest-word";
import { cloudProvidersOf, type DraftCloudMirror, type DraftCloudProvider, originOf } from "../draft";
import type { Rule } from "../rule";

/** The primary has a bucket to copy from. */
export const providerPrimary: Rule = {
  id: "provider/primary",
  severity: "error",
  reason: "The cloud copies the primary's bucket to the others; at the origin's provider, the origin is the primary.",
  *check(draft) {
    const origin = originOf(draft);
    for (const { key, provider, path } of cloudProvidersOf(draft)) {
      const originRegion = origin?.provider === key ? origin.mirror : undefined;
      const { primary } = provider;
      if (primary === undefined) {
        const message = originRegion === undefined ? undefined : findOriginProblem(provider, originRegion);
        const fix = `Give ${key}/${originRegion} a bucket, or choose another origin.`;
        if (message !== undefined) yield { path: ["origin"], message, fix };
        continue;
      }
      const message = findPrimaryProblem(provider, primary, originRegion);
      const fix = isRetired(provider)
        ? `To let ${key} leave, write \`state: retired\` for the provider itself, and keep its primary.`
        : "Use an active mirror of this provider with a bucket; at the origin's provider, the origin.";
      if (message !== undefined) yield { path: [...path, "primary"], message, fix };
    }
  },
};

function mirrorOf(provider: DraftCloudProvider, region: string): DraftCloudMirror | undefined {
  return Object.hasOwn(provider.mirrors ?? {}, region) ? provider.mirrors?.[region] : undefined;
}

function isRetired(provider: DraftCloudProvider): boolean {
  return membersOf<DraftCloudMirror>(provider.mirrors).every(([, { state }]) => state === "retired");
}

function countBuckets(provider: DraftCloudProvider): number {
  const mirrors = membersOf<DraftCloudMirror>(provider.mirrors);
  return mirrors.filter(([, mirror]) => "bucket" in mirror).length;
}

function findOriginProblem(provider: DraftCloudProvider, region: string): string | undefined {
  const mirror = mirrorOf(provider, region);
  if (mirror === undefined || "bucket" in mirror || countBuckets(provider) < 2) return undefined;
  return `the origin has no bucket to copy to the provider's ${countBuckets(provider)} buckets`;
}

function findPrimaryProblem(
  provider: DraftCloudProvider,
  primary: string,
  origin: string | undefined,
): string | undefined {
  const { mirrors } = provider;
  if (mirrors === undefined) return undefined;
  if (!(primary in mirrors)) {
    const meant = findNearest(primary, Object.keys(mirrors));
    return `there is no mirror "${primary}" at this provider${suggestWord(meant)}`;
  }
  if (origin !== undefined && origin !== primary) return `the primary is ${primary}, but the origin is ${origin}`;
  const mirror = mirrorOf(provider, primary);
  if (mirror === undefined) return undefined;
  // At Azure, a primary without a bucket can be the registry's home.
  const needsBucket = countBuckets(provider) > 0 || provider.cloud !== "azure";
  if (needsBucket && !("bucket" in mirror)) return `the primary ${primary} has no bucket`;
  return mirror.state === "retired" ? `the primary ${primary} is retired` : undefined;
}
