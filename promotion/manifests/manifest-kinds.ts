import type { z } from "zod";
import { checkDocument, type DocumentKind } from "../../document/check-document";
import type { Problem } from "../../document/problem";
import type { YamlDocument } from "../../document/read-document";
import { type ManifestContext, withinField } from "./manifest-rule";
import {
  filesSchema,
  filestoresSchema,
  imagesSchema,
  plainFilesSchema,
  plainImagesSchema,
  registriesSchema,
  withdrawnFilesSchema,
  withdrawnImagesSchema,
  withdrawnSchema,
} from "./manifest-schemas";
import { filesWords, imagesWords, manifestWords, withdrawnWords } from "./manifest-words";
import { fileRules } from "./rules/file-rules";
import { filestoreRules } from "./rules/filestore-rules";
import { plainImageRules, thinImageRules } from "./rules/image-rules";
import { imagesPathRule } from "./rules/images-path";
import { registryRules } from "./rules/registry-rules";
import { withdrawnFileRules, withdrawnImageRules } from "./rules/withdrawal-rules";

/** Finds all problems of a file of one kind. */
export type CheckKind = (document: YamlDocument) => readonly Problem[];

/** Kinds differ in the type of their content, which nobody needs afterwards. */
function checkAs<Schema extends z.ZodType>(
  kind: Omit<DocumentKind<Schema, ManifestContext>, "words">,
  words = manifestWords,
): CheckKind {
  return (document) => checkDocument(document, { words, ...kind }, { document }).problems;
}

/** The kinds of files that manifests consist of. */
export const manifestKinds = {
  /** `images/<project>/images.yaml`: a list of images. */
  images: checkAs({ schema: imagesSchema, rules: thinImageRules, top: "list", mayBeEmpty: true }, imagesWords),
  /** `manifests/<project>/promoter-manifest.yaml` beside a list of images. */
  registries: checkAs({
    schema: registriesSchema,
    rules: [...withinField("registries", registryRules), ...withinField("images", plainImageRules), imagesPathRule],
  }),
  /** Registries and images in one file. */
  plainImages: checkAs({
    schema: plainImagesSchema,
    rules: [...withinField("registries", registryRules), ...withinField("images", plainImageRules), imagesPathRule],
  }),
  /** `filestores/<project>/filepromoter-manifest.yaml`. */
  filestores: checkAs({ schema: filestoresSchema, rules: withinField("filestores", filestoreRules) }),
  /** `manifests/<project>/*.yaml` beside `filestores/`. */
  files: checkAs({ schema: filesSchema, rules: withinField("files", fileRules) }, filesWords),
  /** `<project>/files.yaml`: files, and perhaps their stores. */
  plainFiles: checkAs(
    {
      schema: plainFilesSchema,
      rules: [...withinField("filestores", filestoreRules), ...withinField("files", fileRules)],
    },
    filesWords,
  ),
  /** `<project>/withdrawn.yaml`. */
  withdrawn: checkAs(
    {
      schema: withdrawnSchema,
      rules: [...withinField("images", withdrawnImageRules), ...withinField("files", withdrawnFileRules)],
      mayBeEmpty: true,
    },
    withdrawnWords,
  ),
  /** `images/<project>/withdrawn.yaml`. */
  withdrawnImages: checkAs(
    { schema: withdrawnImagesSchema, rules: withinField("images", withdrawnImageRules), mayBeEmpty: true },
    withdrawnWords,
  ),
  /** `filestores/<project>/withdrawn.yaml`. */
  withdrawnFiles: checkAs(
    { schema: withdrawnFilesSchema, rules: withinField("files", withdrawnFileRules), mayBeEmpty: true },
    withdrawnWords,
  ),
} as const;
