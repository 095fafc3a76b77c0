import type { RuleEntry } from "../../document/rule";
import { fileRules } from "./rules/file-rules";
import { filestoreRules } from "./rules/filestore-rules";
import { thinImageRules } from "./rules/image-rules";
import { imagesPathRule } from "./rules/images-path";
import { registryRules } from "./rules/registry-rules";
import { withdrawnFileRules, withdrawnImageRules } from "./rules/withdrawal-rules";

/** The rules for the layout and for all manifests together. They have no `check`: the readers report them. */
const rulesOfReading: readonly RuleEntry[] = [
  {
    id: "manifest/no-manifests",
    severity: "error",
    reason: "A directory without manifests is most likely the wrong one.",
  },
  {
    id: "manifest/outside-layout",
    severity: "error",
    reason: "Manifests in other places are ignored by kpromo, so what they promise never happens.",
  },
  { id: "manifest/missing-file", severity: "error", reason: "One file of the pair alone promotes nothing." },
  {
    id: "manifest/bad-link",
    severity: "error",
    reason: "A link that leads out of the manifests could show a file of the machine that checks a pull request.",
  },
  { id: "manifest/two-lists", severity: "error", reason: "Only one of them is read by kpromo." },
  {
    id: "manifest/tag-conflict",
    severity: "error",
    reason: "A tag names one digest. Which of two it gets would depend on the order of writing, at each mirror.",
  },
  {
    id: "manifest/file-conflict",
    severity: "error",
    reason: "A path has one content. Which of two it gets would depend on the order of writing, at each mirror.",
  },
  {
    id: "manifest/shared-digest",
    severity: "warning",
    reason: "Withdrawing a digest from one image must leave it to the other.",
  },
  {
    id: "manifest/still-promised",
    severity: "error",
    reason: "It cannot be withdrawn and promoted at the same time.",
  },
  {
    id: "manifest/repeated-file",
    severity: "warning",
    reason: "It has no effect, and both places have to be changed.",
  },
  {
    id: "manifest/reserved-path",
    severity: "error",
    reason: "A file among the blobs of images could take the place of a layer.",
  },
  {
    id: "manifest/foreign-path",
    severity: "error",
    reason: "The approvers of a project decide what is at its paths: another project's manifest would bypass them.",
  },
  {
    id: "manifest/unknown-project",
    severity: "error",
    reason: "The inventory says who approves a project, and where its artifacts go.",
  },
  {
    id: "manifest/unmapped-destination",
    severity: "warning",
    reason: "Nothing is promoted to a destination that the inventory does not map to mirrors, and a plan fails.",
  },
  {
    id: "manifest/unknown-staging",
    severity: "error",
    reason: "A manifest without a source of its own is read from the project's staging area.",
  },
];

/** All rules for promotion manifests. */
export const manifestRules: readonly RuleEntry[] = [
  ...new Map(
    [
      ...rulesOfReading,
      ...withdrawnImageRules,
      ...withdrawnFileRules,
      ...thinImageRules,
      ...registryRules,
      imagesPathRule,
      ...filestoreRules,
      ...fileRules,
    ].map(({ id, severity, reason }) => [id, { id, severity, reason }]),
  ).values(),
];
