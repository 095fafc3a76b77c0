import type { DocumentWords } from "../../document/document-words";

/** The largest manifest in kubernetes/k8s.io has 3 MB (the backfill of 2020); parsing twice that takes seconds. */
const fileBytes = 8 * 1024 * 1024;

/** The words for messages about manifests. */
export const manifestWords: DocumentWords = {
  option: "--manifests",
  start: "Start from docs/promotion-manifests.md.",
  fileBytes,
};
