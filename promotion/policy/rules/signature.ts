import { describeSigners } from "../describe-signers";
import { accept, type PolicyRule, refuse } from "../policy-rule";
import { isVerified } from "../signatures/signed-content";

/** Reasons that are listed: more would not help. */
const mostReasons = 3;

/** A signature of the image by one of the signers. That of an index vouches for its children. */
export const signature: PolicyRule = {
  id: "policy/signature",
  reason: "It proves that the project's release process made the image, not someone who can write to staging.",
  example: "signature: true",
  needsContent: ({ signature }) => signature,
  async judgeContent({ image, own }, { signature, signers }, { evidenceOf }) {
    if (!signature) return undefined;
    if (signers.length === 0) return refuse("no signers", `Name the signers of ${image.project} in the policy.`);
    const signatures = (await evidenceOf(own.digest)).filter(({ predicateType }) => predicateType === undefined);
    const fix = `Sign ${own.digest} in staging as ${describeSigners(signers)}.`;
    if (signatures.length === 0) return refuse("no signature", fix);
    const verified = signatures.flatMap(({ check }) => (isVerified(check) ? [check.signer] : []));
    if (verified.length > 0) return accept(`signed by ${[...new Set(verified)].join(", ")}`);
    const reasons = signatures.flatMap(({ check }) => (isVerified(check) ? [] : [check.reason]));
    const shown = [...new Set(reasons)].slice(0, mostReasons).join("; ");
    return refuse(`no signature that counts: ${shown}`, fix);
  },
};
