import { limits } from "./limits";
import type { RuleEntry } from "./rule";

/** What can be wrong with the file itself, before anybody asks what it means. These have no `check`: the reader finds them. */
export const readingRules = [
  { id: "file/unreadable", severity: "error", reason: "A file that cannot be read says nothing." },
  {
    id: "file/too-large",
    severity: "error",
    reason: `A file of this kind has some kilobytes; one over ${limits.fileBytes / 1024 / 1024} MiB is something else.`,
  },
  {
    id: "file/not-utf8",
    severity: "error",
    reason: "YAML is UTF-8 here; other bytes would become other names (YAML 1.2.2, section 5.2).",
  },
  { id: "file/empty", severity: "error", reason: "An empty file is a lost file." },
  {
    id: "file/not-a-mapping",
    severity: "error",
    reason: "The top of the file is a mapping of fields; a list or a text there says nothing.",
  },
  {
    id: "file/too-many-problems",
    severity: "error",
    reason: `A file with more than ${limits.problems} problems is most likely of another kind.`,
  },
  { id: "yaml/syntax", severity: "error", reason: "What is not YAML 1.2 is understood by each tool in its own way." },
  {
    id: "yaml/several-documents",
    severity: "error",
    reason: "All but one of the documents would be ignored.",
  },
  {
    id: "yaml/duplicate-key",
    severity: "error",
    reason: "YAML keys are unique; one of the two values would be lost.",
  },
  { id: "yaml/bad-key", severity: "error", reason: "Keys become names, so they are text." },
  {
    id: "yaml/aliases",
    severity: "error",
    reason: "Aliases that contain or multiply themselves would fill the memory.",
  },
  {
    id: "yaml/too-deep",
    severity: "error",
    reason: `A file of this kind has a few levels; one of ${limits.levels} is meant to break a reader.`,
  },
  {
    id: "schema/unknown-field",
    severity: "error",
    reason: "A field that nobody reads is a misspelling or a wish.",
  },
  { id: "schema/missing-field", severity: "error", reason: "Without this field something cannot be made." },
  { id: "schema/wrong-type", severity: "error", reason: 'A list is not a text, and `012` is not `"012"`.' },
  { id: "schema/bad-value", severity: "error", reason: "The field's description says what it can hold." },
] as const satisfies readonly RuleEntry[];

/** The id of a rule that the reader itself checks. */
export type ReadingRuleId = (typeof readingRules)[number]["id"];
