import type { DocumentKind } from "../../document/check-document";
import { type ManifestContext, withinField } from "./manifest-rule";
import {
  filesSchema,
  filestoresSchema,
  imagesSchema,
  plainFilesSchema,
  plainImagesSchema,
  registriesSchema,
} from "./manifest-schemas";
import { manifestWords } from "./manifest-words";
import { fileRules } from "./rules/file-rules";
import { filestoreRules } from "./rules/filestore-rules";
import { plainImageRules, thinImageRules } from "./rules/image-rules";
import { imagesPathRule } from "./rules/images-path";
import { registryRules } from "./rules/registry-rules";

/** The kinds of files that manifests consist of. */
export const manifestKinds = {
  /** `images/<project>/images.yaml`: a list of images. */
  images: { words: manifestWords, schema: imagesSchema, rules: thinImageRules, top: "list", mayBeEmpty: true },
  /** `manifests/<project>/promoter-manifest.yaml` beside a list of images. */
  registries: {
    words: manifestWords,
    schema: registriesSchema,
    rules: [...withinField("registries", registryRules), ...withinField("images", plainImageRules), imagesPathRule],
  },
  /** Registries and images in one file. */
  plainImages: {
    words: manifestWords,
    schema: plainImagesSchema,
    rules: [...withinField("registries", registryRules), ...withinField("images", plainImageRules), imagesPathRule],
  },
  /** `filestores/<project>/filepromoter-manifest.yaml`. */
  filestores: { words: manifestWords, schema: filestoresSchema, rules: withinField("filestores", filestoreRules) },
  /** `manifests/<project>/*.yaml` beside `filestores/`. */
  files: { words: manifestWords, schema: filesSchema, rules: withinField("files", fileRules) },
  /** `<project>/files.yaml`: files, and perhaps their stores. */
  plainFiles: {
    words: manifestWords,
    schema: plainFilesSchema,
    rules: [...withinField("filestores", filestoreRules), ...withinField("files", fileRules)],
  },
} as const satisfies Readonly<Record<string, DocumentKind<never, ManifestContext> | object>>;
