import type { z } from "zod";
import type { Policy, ProjectPolicy } from "./policy";
import type { policySchema, ruleFields } from "./policy-schema";
import type { Signer } from "./signer";

type Written = z.output<typeof policySchema>;
type Rules = Written["defaults"];
type WrittenSigner = NonNullable<Rules["signers"]>[number];

/** Fills in what a policy leaves out: a project's rules replace those of the defaults. */
export function resolvePolicy(written: Written, file: string, trustedRoot: string | undefined): Policy {
  const { defaults, projects } = written;
  return {
    file,
    defaults: resolveRules(defaults),
    projects: new Map(
      Object.entries(projects).map(([project, { without = [], ...own }]) => [
        project,
        resolveRules({ ...omitRules(defaults, without), ...own }),
      ]),
    ),
    ...(trustedRoot !== undefined && { trustedRoot }),
  };
}

function omitRules(rules: Rules, without: readonly (typeof ruleFields)[number][]): Rules {
  const names: readonly string[] = without;
  return Object.fromEntries(Object.entries(rules).filter(([name]) => !names.includes(name))) as Rules;
}

function resolveRules(rules: Rules): ProjectPolicy {
  const { vulnerabilities } = rules;
  const optional = {
    imageNames: rules["image-names"],
    fileNames: rules["file-names"],
    tags: rules.tags,
    mediaTypes: rules["media-types"],
    sizes: rules.sizes,
    platforms: rules.platforms,
    vulnerabilities: vulnerabilities && { atMost: vulnerabilities["at-most"], days: vulnerabilities.days },
    fileCompanions: rules["file-companions"],
    withdrawal: rules.withdrawal,
  };
  return {
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    signers: (rules.signers ?? []).map(resolveSigner),
    signature: rules.signature ?? false,
    attestations: rules.attestations ?? [],
    sbom: rules.sbom ?? false,
    unsignedReports: rules["unsigned-reports"] ?? false,
  };
}

function resolveSigner(signer: WrittenSigner): Signer {
  return "public-key" in signer ? { publicKey: signer["public-key"] } : signer;
}
