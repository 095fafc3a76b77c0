import { composedNames } from "../composed-names";
import type { Rule } from "../rule";

/** Bucket names that S3 takes and that work behind https. */
export const nameAwsBucket: Rule = {
  id: "name/aws-bucket",
  severity: "error",
  reason:
    "S3 takes 3 to 63 lower-case letters, digits and hyphens, but some beginnings and ends (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html); with dots, its certificate would not fit.",
  *check(draft) {
    for (const { kind, name, path, target, fix } of composedNames(draft)) {
      if (kind !== "aws-bucket") continue;
      const why = doubt(name);
      if (why !== undefined) yield { path, target, message: `the bucket's name "${name}" ${why}`, fix };
    }
  },
};

const reservedBeginning = /^(xn--|sthree-|amzn-s3-demo-)/;
const reservedEnd = /(-s3alias|--ol-s3|--x-s3|--table-s3)$/;

function doubt(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) return `has ${name.length} characters; it takes 3 to 63`;
  if (!/^[a-z0-9][a-z0-9-]*[a-z0-9]$/.test(name)) return "is not of lower-case letters, digits and hyphens";
  if (reservedBeginning.test(name)) return `begins with ${reservedBeginning.exec(name)?.[0]}, which S3 keeps to itself`;
  return reservedEnd.test(name) ? `ends with ${reservedEnd.exec(name)?.[0]}, which S3 keeps to itself` : undefined;
}
