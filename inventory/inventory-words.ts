import type { DocumentWords } from "../document/document-words";
import { schemaRules } from "./schema-rules";

/** The words for messages about `mirrors.yaml`. */
export const inventoryWords: DocumentWords = {
  option: "--inventory",
  start: "Start from docs/mirrors.md or the mirrors.yaml shipped with this project.",
  // The patterns of a host's `metadata`.
  patternFields: ["add", "remove"],
  // Synonyms of clouds, of their feeds, and of two countries: common codes that are not ISO's.
  synonyms: {
    gcp: "google",
    gce: "google",
    amazon: "aws",
    ec2: "aws",
    microsoft: "azure",
    oci: "oracle",
    uk: "GB",
    el: "GR",
  },
  exactNames: ["region", "destination"],
  alternatives: {
    cloud: {
      rule: schemaRules.unknownCloud.id,
      message: "is not a supported cloud",
      fix: "Use `external` for any other provider.",
    },
  },
};
