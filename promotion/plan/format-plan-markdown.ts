import { formatCount } from "../../document/format-count";
import { printable } from "../../document/printable";
import type { Problem } from "../../document/problem";
import { describeRemoval, nameRemoval } from "../withdrawal/format-removals";
import { formatBytes } from "./format-bytes";
import { formatPaste } from "./format-paste";
import { formatProblemsMarkdown } from "./format-problems-markdown";
import type { Plan, PlanFinding } from "./plan";
import { type PlanSummary, summarizePlan } from "./summarize-plan";

/** The most characters of a comment on GitHub are 65,536; the rest is for the workflow's own words. */
const mostCharacters = 60_000;
/** How much is shown: findings outside and inside a fold, rows of a table, characters of a message. */
const most = { shown: 20, folded: 40, rows: 100, message: 300 } as const;

/**
 * Text from a manifest or a server as a code span, in which neither Markdown nor mentions of people have an effect; characters that
 * could end it, or a table's cell, are replaced.
 */
function code(text: string): string {
  const line = printable(text).replace(/`/g, "'").replace(/[|\\]/g, "?") || "-";
  return `\`${line.length > most.message ? `${line.slice(0, most.message)}…` : line}\``;
}

function bytesOf({ bytes, isAtLeast }: { readonly bytes: number; readonly isAtLeast: boolean }): string {
  if (!isAtLeast) return formatBytes(bytes);
  return bytes === 0 ? "unknown" : `${formatBytes(bytes)} and more`;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

function fold(summary: string, lines: readonly string[]): string[] {
  return ["", "<details>", `<summary>${summary}</summary>`, "", ...lines, "", "</details>"];
}

/** The first lines, and how many were left out. */
function cut(lines: readonly string[], count: number): readonly string[] {
  if (lines.length <= count) return lines;
  return [...lines.slice(0, count), "", `${lines.length - count} more; \`mirrorform promote plan\` prints all.`];
}

/** How many of the lines have room. */
function countFitting(lines: readonly string[], room: number): number {
  let left = room;
  const end = lines.findIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return end < 0 ? lines.length : end;
}

function describeWork(summary: PlanSummary, { inPlace, since }: Plan): string {
  const { images, files } = summary;
  const parts = [images > 0 && formatCount(images, "image"), files > 0 && formatCount(files, "file")];
  const what = parts.filter((part) => part !== false).join(" and ");
  const there =
    inPlace && inPlace.images + inPlace.files > 0
      ? ` In place already: ${formatCount(inPlace.images, "image")}, ${formatCount(inPlace.files, "file")}.`
      : "";
  const scope = since === undefined ? "" : ` Only entries that changed since ${code(since.slice(0, 12))} are planned.`;
  if (what === "") return `Nothing to copy.${there}${scope}`;
  return `**${what}** to copy (${bytesOf(summary)}) to ${formatCount(summary.targets.length, "target")}.${there}${scope}`;
}

function formatFinding({ kind, severity, message, fix }: PlanFinding): string {
  return `- ${severity === "error" ? "❌" : "⚠️"} ${kind}: ${code(message)}<br>${code(fix)}`;
}

/** What becomes of withdrawn artifacts, and what stays for others. */
function formatRemovals({ removals = [] }: Plan): string[] {
  if (removals.length === 0) return [];
  const rows = removals.map(
    (removal) => `- ${code(nameRemoval(removal))}: ${code(describeRemoval(removal))}<br>${code(removal.reason)}`,
  );
  return ["", "**Withdrawn:**", "", ...cut(rows, most.folded)];
}

/** Findings with the lines that fix them, as far as there is room for these. */
function formatShown(findings: readonly PlanFinding[]): string[] {
  let room: number = most.rows;
  return findings.flatMap((finding) => {
    const lines = formatPaste(finding, room);
    room = Math.max(0, room - lines.length);
    return [formatFinding(finding), ...lines];
  });
}

function formatFindings({ findings }: Plan): string[] {
  const sorted = findings.toSorted((a, b) => (a.severity === b.severity ? 0 : a.severity === "error" ? -1 : 1));
  if (sorted.length === 0) return [];
  const rest = sorted.slice(most.shown).map(formatFinding);
  const more = rest.length === 0 ? [] : fold(`${rest.length} more`, cut(rest, most.folded));
  return ["", ...formatShown(sorted.slice(0, most.shown)), ...more];
}

function formatTargets({ targets }: PlanSummary): string[] {
  if (targets.length === 0) return [];
  const rows = targets.map((each) => [code(each.target), each.images, each.tagged, each.files, bytesOf(each)]);
  return fold("By mirror", cut(table(["target", "images", "only tags", "files", "at most"], rows), most.rows));
}

function formatProjects({ projects }: PlanSummary): string[] {
  if (projects.length === 0) return [];
  const rows = projects.map((each) => [
    code(each.project),
    each.images,
    each.files,
    bytesOf(each),
    each.errors,
    each.warnings,
  ]);
  const head = ["project", "images", "files", "at most", "errors", "warnings"];
  return fold("By project", cut(table(head, rows), most.rows));
}

function formatArtifacts({ images, files }: Plan): string[] {
  const imageRows = images.map(({ repository, digest, attachedTo, missing }) => {
    const tags = [...new Set(missing.flatMap((each) => each.tags))].sort();
    const what = attachedTo === undefined ? tags.join(" ") || "no tag" : `attached to ${attachedTo.slice(0, 19)}`;
    return [code(repository), code(what), code(digest.slice(0, 19)), missing.length];
  });
  const fileRows = files.map(({ path, sha256, missing, replaces = [] }) => {
    const what = replaces.length > 0 ? `replaced at ${formatCount(replaces.length, "target")}` : "new";
    return [code(path), what, code(sha256.slice(0, 12)), missing.length];
  });
  const head = ["artifact", "what", "digest", "targets"];
  return imageRows.length + fileRows.length === 0 ? [] : table(head, [...imageRows, ...fileRows]);
}

/**
 * A plan as Markdown for a comment on a pull request: a summary and what is wrong first, details folded. Text from manifests and
 * servers has no effect on it.
 *
 * @param problems of the manifests that were planned. @default none
 */
export function formatPlanMarkdown(plan: Plan, problems: readonly Problem[] = []): string {
  const summary = summarizePlan(plan);
  const { errors, warnings } = summary;
  const counts =
    errors + warnings === 0 ? [] : [`${formatCount(errors, "error")}, ${formatCount(warnings, "warning")}.`];
  const head = ["### Promotion plan", "", [describeWork(summary, plan), ...counts].join(" ")];
  const wrong = [...formatProblemsMarkdown(problems), ...formatFindings(plan), ...formatRemovals(plan)];
  const short = [...head, ...wrong, ...formatTargets(summary), ...formatProjects(summary)];
  const artifacts = formatArtifacts(plan);
  if (artifacts.length === 0) return `${short.join("\n")}\n`;
  const room = mostCharacters - short.join("\n").length;
  const rows = cut(artifacts, countFitting(artifacts, room));
  return `${[...short, ...fold(`All artifacts (${artifacts.length - 2})`, rows)].join("\n")}\n`;
}
