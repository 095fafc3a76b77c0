import type { z } from "zod";
import type { DraftOf } from "../../document/draft";
import type { YamlDocument } from "../../document/read-document";
import type { Rule } from "../../document/rule";
import type { imagesSchema, registriesSchema } from "./manifest-schemas";

/** What the rules of manifests need besides the content. */
export interface ManifestContext {
  readonly document: YamlDocument;
}

/** A list of images, without its invalid parts. */
export type ImagesDraft = DraftOf<z.input<typeof imagesSchema>>;

/** Registries, without their invalid parts. */
export type RegistriesDraft = DraftOf<z.input<typeof registriesSchema>["registries"]>;

/** Stores of files, without their invalid parts. */
export type FilestoresDraft = readonly (
  | { readonly base?: string | undefined; readonly src?: boolean | undefined }
  | undefined
)[];

/** Files, without their invalid parts. */
export type FilesDraft = readonly (
  | { readonly name?: string | undefined; readonly sha256?: string | number | boolean | undefined }
  | undefined
)[];

/** Withdrawn images, without their invalid parts. */
export type WithdrawnImagesDraft = readonly (
  | {
      readonly name?: string | undefined;
      readonly digest?: string | undefined;
      readonly tags?: readonly (string | number | boolean | undefined)[] | undefined;
    }
  | undefined
)[];

/** Withdrawn files, without their invalid parts. */
export type WithdrawnFilesDraft = readonly ({ readonly name?: string | undefined } | undefined)[];

/** A rule for a list in a manifest. Its paths begin at that list. */
export type ListRule<Draft> = Rule<Draft, ManifestContext>;

/** Applies rules for a list to the field of a mapping. A missing field breaks none. */
export function withinField<Field extends string, Draft>(
  field: Field,
  rules: readonly ListRule<Draft>[],
): Rule<{ readonly [Name in Field]?: Draft | undefined }, ManifestContext>[] {
  return rules.map((rule) => ({
    ...rule,
    *check(draft, context) {
      const list = draft[field];
      if (list === undefined || list === null) return;
      const inner = { document: documentBelow(context.document, field) };
      for (const finding of rule.check(list, inner)) yield { ...finding, path: [field, ...finding.path] };
    },
  }));
}

/** A document as seen from one of its fields. */
function documentBelow(document: YamlDocument, field: string): YamlDocument {
  return {
    ...document,
    place: (complaint, path, target) => document.place(complaint, [field, ...path], target),
    locate: (path, target) => document.locate([field, ...path], target),
    written: (path, target) => document.written([field, ...path], target),
  };
}
