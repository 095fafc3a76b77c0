import { cloudMirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** ECR Public repositories can only be created in this region. */
const ecrPublicRegion = "us-east-1";

/** A registry at AWS is in the region of ECR Public. */
export const awsRegistryRegion: Rule = {
  id: "aws/registry-region",
  severity: "error",
  reason:
    "ECR Public repositories can only be created in us-east-1 (https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/ecrpublic_repository.html.markdown).",
  *check(draft) {
    for (const { provider, mirror, mirrorKey, mirrorPath } of cloudMirrorsOf(draft)) {
      if (provider.cloud !== "aws" || mirrorKey === ecrPublicRegion || !("registry" in mirror)) continue;
      const message = `ECR Public is not available in ${mirrorKey}`;
      const fix = `Move registry to the mirror ${ecrPublicRegion}; here, a bucket serves the images' blobs.`;
      yield { path: [...mirrorPath, "registry"], target: "key", message, fix };
    }
  },
};
