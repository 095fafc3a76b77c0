import type { DocumentWords } from "../document/document-words";
import { schemaRules } from "./schema-rules";

/** The words of messages about `mirrors.yaml`. */
export const inventoryWords: DocumentWords = {
  option: "--inventory",
  start: "Begin with docs/mirrors.md, or with the mirrors.yaml that this project comes with.",
  // The patterns of a host's `metadata`.
  patternFields: ["add", "remove"],
  // Of clouds and their feeds, and of two countries by codes that are not theirs in ISO 3166-1.
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
  exactNames: ["region"],
  alternatives: {
    cloud: {
      rule: schemaRules.unknownCloud.id,
      message: "is no cloud that this project knows",
      fix: "A provider at none of these clouds is `external`.",
    },
  },
};
