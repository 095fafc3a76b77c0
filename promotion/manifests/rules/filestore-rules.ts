import { itemsOf } from "../../../document/draft";
import { isFileName } from "../file-name";
import type { FilestoresDraft, ListRule } from "../manifest-rule";
import { destinationRules } from "./destination-rules";

/** A bucket of Cloud Storage or S3 (https://cloud.google.com/storage/docs/buckets#naming, and S3's rules, which are narrower). */
const bucket = /^(?:gs|s3):\/\/[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](?:\/|$)/;

function isBase(base: string): boolean {
  const found = bucket.exec(base)?.[0];
  if (found === undefined) return false;
  const path = base.slice(found.length).replace(/\/$/, "");
  return path === "" || isFileName(path);
}

const badBase: ListRule<FilestoresDraft> = {
  id: "manifest/bad-base",
  severity: "error",
  reason: "The stores of kpromo are buckets of Cloud Storage and S3.",
  *check(draft) {
    for (const [index, { base }] of itemsOf(draft)) {
      if (base === undefined || base === "" || isBase(base)) continue;
      const fix = "Write gs://BUCKET/PREFIX/ or s3://BUCKET/PREFIX/.";
      yield { path: [index, "base"], message: `"${base}" is not a bucket with a prefix`, fix };
    }
  },
};

const noFinalSlash: ListRule<FilestoresDraft> = {
  id: "manifest/no-final-slash",
  severity: "warning",
  reason: "The base is a folder: its files are below it, with the slash or without.",
  *check(draft) {
    for (const [index, { base }] of itemsOf(draft)) {
      if (base === undefined || base === "" || base.endsWith("/") || !isBase(base)) continue;
      yield { path: [index, "base"], message: "the base has no final slash", fix: `Write base: ${base}/` };
    }
  },
};

/** The rules for a list of stores. */
export const filestoreRules: readonly ListRule<FilestoresDraft>[] = [
  badBase,
  noFinalSlash,
  ...destinationRules("filestore", "filestores", "base"),
];
