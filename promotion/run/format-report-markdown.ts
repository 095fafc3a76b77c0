import { formatCount } from "../../document/format-count";
import { formatBytes } from "../plan/format-bytes";
import { formatPaste } from "../plan/format-paste";
import { describeRemovalReport, nameRemoval } from "../withdrawal/format-removals";
import type { ArtifactReport } from "./artifact-record";
import { formatCode as code } from "./format-code";
import { formatDuration } from "./format-duration";
import type { RunReport } from "./run-report";

/** Rows of a table: a job's summary on GitHub has at most 1 MiB. */
const mostRows = 1_000;
/** Lines to add to one file. */
const mostPasted = 100;

/** A report as Markdown. Text from manifests and servers has no effect on it. */
export function formatReportMarkdown(report: RunReport): string {
  const { artifacts, findings, removals = [] } = report;
  const problems = artifacts.filter(hasProblem);
  // A mirror that could not be reached is only a warning, but may be why a release is held.
  const omissions = findings.filter(({ kind, severity }) => severity === "error" || kind === "unreachable");
  const sections = [
    [
      report.isRepair ? "### Repair" : "### Promotion",
      "",
      describe(report),
      ...describeManifestErrors(report),
      ...describeLedger(report),
    ],
    list(
      "Withdrawn",
      removals.map((removal) => `- ${code(nameRemoval(removal))}: ${code(describeRemovalReport(removal))}`),
    ),
    list("Not complete", problems.flatMap(listProblems)),
    list(
      "The plan left out",
      omissions.flatMap((finding) => [
        `- ${code(finding.message)}<br>${code(finding.fix)}`,
        ...formatPaste(finding, mostPasted),
      ]),
    ),
    table("Targets", ["target", "objects", "bytes", "mounted", "tags", ""], report.targets.map(formatTarget)),
    table(
      "Artifacts",
      ["artifact", "digest", "size", "origin", "targets", "verified by"],
      artifacts.map(formatArtifact),
    ),
  ];
  return `${sections.flat().join("\n")}\n`;
}

/** The problems themselves are in the log: they are found before the run begins. */
function describeManifestErrors({ manifestErrors = 0 }: RunReport): string[] {
  if (manifestErrors === 0) return [];
  const errors = `The manifests have ${formatCount(manifestErrors, "error")}`;
  return ["", `**${errors}**: what they concern was not promoted. The log has file, line and fix.`];
}

function describe(report: RunReport): string {
  const { artifacts, findings, isComplete, manifestErrors = 0, seconds, source } = report;
  if (artifacts.length === 0) {
    if (isComplete) return "Everything was in place.";
    const isRefused = manifestErrors > 0 || findings.some(({ severity }) => severity === "error");
    return isRefused
      ? "Nothing was promoted: there are errors."
      : "Everything was in place at the stores that could be read.";
  }
  const shown = artifacts.filter(({ origin }) => origin === "shown").length;
  const before = artifacts.filter(({ wasShown }) => wasShown).length;
  const held = artifacts.filter(({ origin }) => origin === "held").length;
  const failed = artifacts.length - shown - held;
  const parts = [
    `**${formatCount(shown - before, "artifact")}** shown at the origin`,
    ...(before > 0 ? [`${before} already there`] : []),
    ...(held > 0 ? [`${held} held back`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  const from = report.isRepair ? "mirrors" : "staging";
  const read = `${formatBytes(source.read)} read from ${from} for ${formatBytes(source.distinct)} of content`;
  return `${parts.join(", ")}, in ${formatDuration(seconds)}; ${read}.`;
}

/** A restore brings nothing new, and does not write the ledger. */
function describeLedger({ ledger, isRepair }: RunReport): string[] {
  if (!ledger) {
    if (isRepair) return [];
    return [
      "",
      "No ledger is kept, and redirectors are not informed, because the redirector has no bucket at a cloud.",
    ];
  }
  const { promotion, newest, objects, complete } = ledger;
  const behind = Object.entries(complete).filter(([, number]) => number < newest);
  const what = promotion === undefined ? `The newest promotion is ${newest}` : `This is promotion ${promotion}`;
  const index = `redirectors know ${formatCount(objects, "object")}`;
  const targets =
    behind.length === 0
      ? "every target is complete"
      : `not complete: ${behind.map(([target, number]) => `${code(target)} (up to ${number})`).join(", ")}`;
  return ["", `${what}; ${index}; ${targets}.`];
}

function hasProblem({ origin, reason, targets }: ArtifactReport): boolean {
  return (
    origin !== "shown" || reason !== undefined || targets.some(({ state }) => state === "failed" || state === "waiting")
  );
}

function listProblems(artifact: ArtifactReport): string[] {
  const { origin, reason, targets } = artifact;
  const head = `- ${code(nameOf(artifact))}: ${origin}${reason === undefined ? "" : `: ${code(reason)}`}`;
  const failed = targets.filter((target) => target.reason !== undefined && target.reason !== reason);
  return [head, ...failed.map((target) => `  - ${code(target.target)} ${target.state}: ${code(target.reason ?? "")}`)];
}

function formatTarget({ target, objects, bytes, mounted, tags, givenUp }: RunReport["targets"][number]): string[] {
  const remark = givenUp === undefined ? "" : `given up: ${code(givenUp)}`;
  return [code(target), `${objects}`, formatBytes(bytes), `${mounted}`, `${tags}`, remark];
}

function formatArtifact(artifact: ArtifactReport): string[] {
  const { digest, bytes, origin, wasShown, targets } = artifact;
  const good = targets.filter(({ state }) => state === "there" || state === "written").length;
  const verified = [...new Set(targets.flatMap((target) => target.verified))].sort();
  const size = bytes === undefined ? "" : formatBytes(bytes);
  return [
    code(nameOf(artifact)),
    code(digest.slice(0, 19)),
    size,
    wasShown ? "already there" : origin,
    `${good} of ${targets.length}`,
    verified.join(", "),
  ];
}

/** `kubernetes/pause:3.9`, or a file's path. */
function nameOf({ name, tags }: ArtifactReport): string {
  return tags.length === 0 ? name : `${name}:${tags.join(",")}`;
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `#### ${title}`, "", ...cut(lines)];
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return ["", `#### ${title}`, "", line(head), line(head.map(() => "---")), ...cut(rows.map(line))];
}

function cut(lines: readonly string[]): readonly string[] {
  if (lines.length <= mostRows) return lines;
  return [...lines.slice(0, mostRows), "", `${lines.length - mostRows} more; the JSON report has all.`];
}
