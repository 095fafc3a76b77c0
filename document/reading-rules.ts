import { limits } from "./limits";
import type { RuleEntry } from "./rule";

/** Problems of the file itself, found before its meaning is checked. These rules have no `check`: the reader reports them. */
export const readingRules = [
  { id: "file/unreadable", severity: "error", reason: "The file is required." },
  {
    id: "file/too-large",
    severity: "error",
    reason: `Such files are a few kilobytes long; one over ${limits.fileBytes / 1024 / 1024} MiB is the wrong file.`,
  },
  {
    id: "file/not-utf8",
    severity: "error",
    reason: "YAML files must be UTF-8; invalid bytes could change names (YAML 1.2.2, section 5.2).",
  },
  { id: "file/empty", severity: "error", reason: "An empty file is most likely a mistake." },
  {
    id: "file/not-a-mapping",
    severity: "error",
    reason: "The top of the file is a mapping of fields; a list or a string is not valid there.",
  },
  {
    id: "file/not-a-list",
    severity: "error",
    reason: "The top of the file is a list of entries; a mapping or a string is not valid there.",
  },
  {
    id: "file/too-many-problems",
    severity: "error",
    reason: `A file with more than ${limits.problems.toLocaleString("en-GB")} problems is most likely the wrong file.`,
  },
  { id: "yaml/syntax", severity: "error", reason: "Tools interpret invalid YAML differently." },
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
  { id: "yaml/bad-key", severity: "error", reason: "Keys become names, so they must be strings." },
  {
    id: "yaml/aliases",
    severity: "error",
    reason: "Recursive or multiplying aliases would exhaust memory.",
  },
  {
    id: "yaml/too-deep",
    severity: "error",
    reason: `Such files have only a few levels; ${limits.levels} levels indicate an attack.`,
  },
  {
    id: "schema/unknown-field",
    severity: "error",
    reason: "An unknown field is misspelt or not supported.",
  },
  { id: "schema/missing-field", severity: "error", reason: "This field is required." },
  { id: "schema/wrong-type", severity: "error", reason: 'Types must match: `012` is not `"012"`.' },
  { id: "schema/bad-value", severity: "error", reason: "See the field's description for valid values." },
] as const satisfies readonly RuleEntry[];

/** The id of a rule that the reader itself checks. */
export type ReadingRuleId = (typeof readingRules)[number]["id"];
