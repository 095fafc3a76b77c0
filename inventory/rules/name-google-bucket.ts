import { composeNames } from "../compose-names";
import type { Rule } from "../rule";

/** Bucket names that Cloud Storage accepts. */
export const nameGoogleBucket: Rule = {
  id: "name/google-bucket",
  severity: "error",
  reason:
    "Cloud Storage accepts 3 to 63 lower-case letters, digits, hyphens and underscores, no `goog` at the beginning and no `google` anywhere (https://cloud.google.com/storage/docs/buckets#naming); names with dots require domain verification.",
  *check(draft) {
    for (const { kind, name, path, target, fix } of composeNames(draft)) {
      if (kind !== "google-bucket") continue;
      const why = findNameProblem(name);
      if (why !== undefined) yield { path, target, message: `the bucket's name "${name}" ${why}`, fix };
    }
  },
};

function findNameProblem(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) return `has ${name.length} characters; 3 to 63 are allowed`;
  if (!/^[a-z0-9][a-z0-9_-]*[a-z0-9]$/.test(name))
    return "may only have lower-case letters, digits, hyphens and underscores, with a letter or digit at both ends";
  return /^goog|g[o0]{2}gle/.test(name) ? "begins with goog or contains google, which is reserved" : undefined;
}
