import { findForPlatforms } from "../find-for-platforms";
import type { ImageContent } from "../image-content";
import { accept, type JudgeContext, type PolicyRule, refuse } from "../policy-rule";
import { sbomPredicate, sbomType } from "../report-types";
import { isVerified } from "../signatures/signed-content";

async function findAttested(digest: string, { evidenceOf }: JudgeContext): Promise<string | undefined> {
  for (const { check, predicateType } of await evidenceOf(digest)) {
    if (predicateType !== undefined && sbomPredicate.test(predicateType) && isVerified(check)) {
      return `${predicateType} by ${check.signer}`;
    }
  }
  return undefined;
}

function findAttached(content: ImageContent, digest: string): string | undefined {
  const types = content
    .attachedTo(digest)
    .flatMap(({ artifactType, layers }) => [artifactType, ...layers.map(({ mediaType }) => mediaType)]);
  return types.find((type) => type !== undefined && sbomType.test(type));
}

/** An SBOM about the image or each of its children. */
export const sbom: PolicyRule = {
  id: "policy/sbom",
  reason: "Users find out from it whether a new vulnerability concerns them.",
  example: "sbom: true",
  needsContent: ({ sbom }) => sbom,
  async judgeContent(content, { sbom, unsignedReports }, context) {
    if (!sbom) return undefined;
    const covering = await findForPlatforms(
      content,
      async (digest) =>
        (await findAttested(digest, context)) ?? (unsignedReports ? findAttached(content, digest) : undefined),
    );
    if ("found" in covering) return accept([...new Set(covering.found)].join(", "));
    const how = unsignedReports
      ? "attach one as SPDX or CycloneDX"
      : "attest one as SPDX or CycloneDX as a signer of the policy";
    return refuse(`no SBOM that counts for ${covering.missing.join(", ")}`, `In staging, ${how}.`);
  },
};
