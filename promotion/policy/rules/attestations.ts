import { describeSigners } from "../describe-signers";
import { findForPlatforms } from "../find-for-platforms";
import { accept, type PolicyRule, refuse } from "../policy-rule";
import { isVerified } from "../signatures/signed-content";

/** Attestations of given types by one of the signers, about the image or each of its children. */
export const attestations: PolicyRule = {
  id: "policy/attestations",
  reason: "It tells users what the image was built from, or what was checked, by someone whom the policy trusts.",
  example: "attestations: [https://slsa.dev/provenance/v1]",
  needsContent: ({ attestations }) => attestations.length > 0,
  async judgeContent(content, { attestations, signers }, { evidenceOf }) {
    if (attestations.length === 0) return undefined;
    const refused: string[] = [];
    for (const type of attestations) {
      const reasons = new Set<string>();
      const covering = await findForPlatforms(content, async (digest) => {
        const found = (await evidenceOf(digest)).filter(({ predicateType }) => predicateType === type);
        for (const { check } of found) if (!isVerified(check)) reasons.add(check.reason);
        return found.find(({ check }) => isVerified(check));
      });
      if ("found" in covering) continue;
      const why = reasons.size > 0 ? `: ${[...reasons].slice(0, 3).join("; ")}` : "";
      refused.push(`no ${type} that counts for ${covering.missing.join(", ")}${why}`);
    }
    if (refused.length === 0) return accept(attestations.join(", "));
    return refuse(
      refused.join("; "),
      `Attest it in staging as ${describeSigners(signers) || "a signer of the policy"}.`,
    );
  },
};
