import { composedNames } from "../composed-names";
import type { Rule } from "../rule";

/** Bucket names that Cloud Storage takes. */
export const nameGoogleBucket: Rule = {
  id: "name/google-bucket",
  severity: "error",
  reason:
    "Cloud Storage takes 3 to 63 lower-case letters, digits, hyphens and underscores, no `goog` at the beginning and no `google` anywhere (https://cloud.google.com/storage/docs/buckets#naming); names with dots would have to be verified.",
  *check(draft) {
    for (const { kind, name, path, target, fix } of composedNames(draft)) {
      if (kind !== "google-bucket") continue;
      const why = doubt(name);
      if (why !== undefined) yield { path, target, message: `the bucket's name "${name}" ${why}`, fix };
    }
  },
};

function doubt(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) return `has ${name.length} characters; it takes 3 to 63`;
  if (!/^[a-z0-9][a-z0-9_-]*[a-z0-9]$/.test(name))
    return "is not of lower-case letters, digits, hyphens and underscores";
  return /^goog|g[o0]{2}gle/.test(name) ? "begins with goog or holds google, which Google keeps to itself" : undefined;
}
