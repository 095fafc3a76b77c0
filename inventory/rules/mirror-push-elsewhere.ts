import { externalMirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** Pushed objects are where clients look for them. */
export const mirrorPushElsewhere: Rule = {
  id: "mirror/push-elsewhere",
  severity: "warning",
  reason:
    "A pushed object is found by clients if the URL of `blobs` or `files` ends with its key, unless the server in front of the store changes paths.",
  *check(draft) {
    for (const { mirror, mirrorPath } of externalMirrorsOf(draft)) {
      const bucket = mirror.push?.bucket;
      if (bucket === undefined) continue;
      const kinds = [
        { field: "blobs", url: mirror.blobs, key: keyAt(bucket, "blobs-at", "containers/images/{digest}") },
        { field: "files", url: mirror.files, key: keyAt(bucket, "files-at", "{path}") },
      ];
      for (const { field, url, key } of kinds) {
        if (url === undefined || key === undefined || url.endsWith(`/${key}`)) continue;
        const message = `clients get ${url}, but objects are pushed to ${key}`;
        const fix = `Set ${field}-at in push.bucket to the end of the URL.`;
        yield { path: [...mirrorPath, field], message, fix };
      }
    }
  },
};

/** A key as written, or its default; undefined if it was mistyped. */
function keyAt<Field extends string>(
  bucket: { readonly [Key in Field]?: string | undefined },
  field: Field,
  byDefault: string,
): string | undefined {
  return field in bucket ? bucket[field] : byDefault;
}
