import type { z } from "zod";
import { parseSize } from "./parse-size";
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
  const { vulnerabilities, sizes } = rules;
  const optional = {
    imageNames: rules["image-names"],
    fileNames: rules["file-names"],
    tags: rules.tags,
    mediaTypes: rules["media-types"],
    sizes: sizes && mapValues(sizes, parseSize),
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

/** Without the members that are undefined. */
function mapValues<Key extends string>(
  record: { readonly [Name in Key]?: string | undefined },
  map: (text: string) => number,
): { readonly [Name in Key]?: number } {
  const entries = Object.entries<string | undefined>(record);
  const mapped = entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, map(value)]]));
  return Object.fromEntries(mapped) as { readonly [Name in Key]?: number };
}

function resolveSigner(signer: WrittenSigner): Signer {
  return "public-key" in signer ? { publicKey: signer["public-key"] } : signer;
}
