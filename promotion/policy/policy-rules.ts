import type { PolicyRule } from "./policy-rule";
import { attestations } from "./rules/attestations";
import { fileCompanions } from "./rules/file-companions";
import { fileNames } from "./rules/file-names";
import { imageNames } from "./rules/image-names";
import { mediaTypesRule } from "./rules/media-types";
import { platforms } from "./rules/platforms";
import { sbom } from "./rules/sbom";
import { signature } from "./rules/signature";
import { sizes } from "./rules/sizes";
import { tags } from "./rules/tags";
import { vulnerabilities } from "./rules/vulnerabilities";
import { withdrawal } from "./rules/withdrawal";

/** The rules for artifacts, in the order in which they are applied and shown. */
export const policyRules: readonly PolicyRule[] = [
  imageNames,
  fileNames,
  tags,
  mediaTypesRule,
  sizes,
  platforms,
  signature,
  attestations,
  sbom,
  vulnerabilities,
  fileCompanions,
  withdrawal,
];
