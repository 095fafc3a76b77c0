import type { RuleEntry } from "./rule-entry";

/** What can be wrong with the file itself, before anybody asks what it means. These have no `check`: the reader finds them. */
export const readingRules = [
  { id: "file/unreadable", reason: "Without the inventory there is nothing to do." },
  { id: "file/too-large", reason: "An inventory has some kilobytes; a file over 1 MiB is something else." },
  {
    id: "file/not-utf8",
    reason: "YAML is UTF-8 here; other bytes would become other names (YAML 1.2.2, section 5.2).",
  },
  { id: "file/empty", reason: "An empty file is a lost file, not an inventory without mirrors." },
  {
    id: "file/not-a-mapping",
    reason: "The top of the file is a mapping of fields; a list or a text there says nothing.",
  },
  { id: "file/too-many-problems", reason: "After a thousand problems, the file is most likely not an inventory." },
  { id: "yaml/syntax", reason: "What is not YAML 1.2 is understood by each tool in its own way." },
  { id: "yaml/several-documents", reason: "All but one of the documents would be ignored." },
  { id: "yaml/duplicate-key", reason: "YAML keys are unique; one of the two values would be lost." },
  { id: "yaml/bad-key", reason: "Keys become names, so they are text." },
  { id: "yaml/aliases", reason: "Aliases that contain or multiply themselves would fill the memory." },
  { id: "yaml/too-deep", reason: "An inventory has eight levels; what has 50 is meant to break a reader." },
  { id: "schema/unknown-field", reason: "A field that nobody reads is a misspelling or a wish." },
  { id: "schema/missing-field", reason: "Without this field something cannot be made." },
  { id: "schema/wrong-type", reason: 'A list is not a text, and `012` is not `"012"`.' },
  { id: "schema/bad-value", reason: "The field's description says what it can hold." },
  { id: "provider/unknown-cloud", reason: "Infrastructure is made at three clouds; everybody else is `external`." },
  {
    id: "text/interpolation",
    reason: "Terraform evaluates `${` and `%{` wherever it finds them, so text of the inventory must not hold them.",
  },
] as const satisfies readonly Omit<RuleEntry, "severity">[];

/** The id of a rule that the reader itself checks. */
export type ReadingRuleId = (typeof readingRules)[number]["id"];
