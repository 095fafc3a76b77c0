import type { DocumentWords } from "../../document/document-words";

/** The largest manifest in kubernetes/k8s.io has 3 MB (the backfill of 2020); parsing twice that takes seconds. */
const fileBytes = 8 * 1024 * 1024;

/** The words for messages about manifests. */
export const manifestWords: DocumentWords = {
  option: "--manifests",
  start: "Start from docs/promotion-manifests.md.",
  fileBytes,
};

/** The words for a list of images. */
export const imagesWords: DocumentWords = {
  ...manifestWords,
  start:
    'Begin the file with the first image, as "- name: pause", and nothing above it. Only a file with registries has images: above the list.',
};

/** The words for a list of files. */
export const filesWords: DocumentWords = {
  ...manifestWords,
  start: 'Begin the file with "files:", and write the list below it.',
};

/** The words for a list of what is withdrawn. */
export const withdrawnWords: DocumentWords = {
  ...manifestWords,
  start: 'Begin the file with "images:" or "files:", and write the list below it.',
};
