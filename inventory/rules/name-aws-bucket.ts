import { composeNames } from "../compose-names";
import type { Rule } from "../rule";

/** Bucket names that S3 accepts and that work over https. */
export const nameAwsBucket: Rule = {
  id: "name/aws-bucket",
  severity: "error",
  reason:
    "S3 accepts 3 to 63 lower-case letters, digits and hyphens, except some prefixes and suffixes (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html); names with dots do not match its certificate.",
  *check(draft) {
    for (const { kind, name, path, target, fix } of composeNames(draft)) {
      if (kind !== "aws-bucket") continue;
      const why = findNameProblem(name);
      if (why !== undefined) yield { path, target, message: `the bucket's name "${name}" ${why}`, fix };
    }
  },
};

const reservedPrefix = /^(xn--|sthree-|amzn-s3-demo-)/;
const reservedSuffix = /(-s3alias|--ol-s3|--x-s3|--table-s3)$/;

function findNameProblem(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) return `has ${name.length} characters; 3 to 63 are allowed`;
  if (!/^[a-z0-9][a-z0-9-]*[a-z0-9]$/.test(name))
    return "may only have lower-case letters, digits and hyphens, and no hyphen at an end";
  if (reservedPrefix.test(name)) return `begins with ${reservedPrefix.exec(name)?.[0]}, which S3 reserves`;
  return reservedSuffix.test(name) ? `ends with ${reservedSuffix.exec(name)?.[0]}, which S3 reserves` : undefined;
}
