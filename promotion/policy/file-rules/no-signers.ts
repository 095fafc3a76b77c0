import { membersOf } from "../../../document/draft";
import type { PolicyDraft, PolicyFileRule } from "../policy-file-rule";

type Rules = NonNullable<NonNullable<PolicyDraft["projects"]>[string]>;

/** The first rule that needs signers. */
function findSigned({ without = [], ...own }: Rules, defaults: Rules): string | undefined {
  const unsigned = own["unsigned-reports"] ?? defaults["unsigned-reports"] ?? false;
  const needy = ["signature", "attestations", ...(unsigned ? [] : (["sbom", "vulnerabilities"] as const))] as const;
  return needy.find((field) => {
    const value = own[field] ?? (without.includes(field) ? undefined : defaults[field]);
    return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  });
}

/** Signatures count only if they come from someone whom the policy names. */
export const noSigners: PolicyFileRule = {
  id: "policy-file/no-signers",
  severity: "error",
  reason: "Anyone can sign: a signature says something only if the policy names whose counts.",
  *check(draft) {
    const defaults = draft.defaults ?? {};
    for (const [project, rules] of membersOf(draft.projects)) {
      if ("signers" in rules ? rules.signers?.length !== 0 : (defaults.signers?.length ?? 0) > 0) continue;
      const field = findSigned(rules, defaults);
      if (field === undefined) continue;
      const message = `${project} needs ${field}, but no signers are named for it`;
      yield {
        path: ["projects", project],
        target: "key",
        message,
        fix: `Add signers to ${project} or to the defaults.`,
      };
    }
  },
};
