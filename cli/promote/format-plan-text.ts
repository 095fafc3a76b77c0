import { formatCount } from "../../document/format-count";
import { printable } from "../../document/printable";
import { formatBytes } from "../../promotion/plan/format-bytes";
import type { Plan, PlanFinding } from "../../promotion/plan/plan";
import { summarizePlan } from "../../promotion/plan/summarize-plan";
import { describeRemoval, nameRemoval } from "../../promotion/withdrawal/format-removals";
import { formatTable } from "../text-table";

/** Artifacts that are listed; the JSON has all. */
const mostListed = 50;

function formatSum({ bytes, isAtLeast }: { readonly bytes: number; readonly isAtLeast: boolean }): string {
  if (!isAtLeast) return formatBytes(bytes);
  return bytes === 0 ? "unknown" : `${formatBytes(bytes)}+`;
}

/** A fix that several findings share follows the last of them. */
function formatFinding(
  { kind, severity, message, fix, paste }: PlanFinding,
  index: number,
  all: readonly PlanFinding[],
): string {
  const isShared = all[index + 1]?.fix === fix;
  const lines = paste?.lines.map((line) => `${printable(`      ${line}`)}\n`).join("") ?? "";
  return `${printable(`${severity}[${kind}] ${message}`)}\n${isShared ? "" : `${printable(`  → ${fix}`)}\n`}${lines}`;
}

function listArtifacts({ images, files }: Plan): string {
  const rows = [
    ...images.map(({ repository, digest, bytes, attachedTo, missing }) => {
      const tags = [...new Set(missing.flatMap((each) => each.tags))].sort();
      const name =
        attachedTo === undefined
          ? `${repository}${tags.map((tag) => `:${tag}`).join(" ")}`
          : `${repository} (signature or referrer)`;
      return [name, digest.slice(0, 19), bytes === undefined ? "" : formatBytes(bytes), missing.length];
    }),
    ...files.map(({ path, sha256, bytes, missing }) => {
      return [path, sha256.slice(0, 12), bytes === undefined ? "" : formatBytes(bytes), missing.length];
    }),
  ];
  if (rows.length === 0) return "";
  const shown = rows.slice(0, mostListed);
  const more = rows.length > shown.length ? `… and ${rows.length - shown.length} more; --json prints all\n` : "";
  return `${formatTable(["artifact", "digest", "size", "targets"], shown)}${more}\n`;
}

function listRemovals({ removals = [] }: Plan): string {
  if (removals.length === 0) return "";
  const shown = removals
    .slice(0, mostListed)
    .map((removal) => printable(`  ${nameRemoval(removal)}: ${describeRemoval(removal)}`));
  const more =
    removals.length > shown.length ? [`  … and ${removals.length - shown.length} more; --json prints all`] : [];
  return `withdrawn:\n${[...shown, ...more].join("\n")}\n\n`;
}

/** A plan for people: findings, then artifacts, then figures by project and target, and a last line with the sums. */
export function formatPlanText(plan: Plan): string {
  const summary = summarizePlan(plan);
  const { images, files, errors, warnings } = summary;
  const targets = summary.targets.map((each) => [each.target, each.images, each.tagged, each.files, formatSum(each)]);
  const projects = summary.projects.map((each) => {
    return [each.project, each.images, each.files, formatSum(each), each.errors, each.warnings];
  });
  const tables = [
    ...(projects.length > 0
      ? [formatTable(["project", "images", "files", "at most", "errors", "warnings"], projects)]
      : []),
    ...(targets.length > 0 ? [formatTable(["target", "images", "only tags", "files", "at most"], targets)] : []),
  ];
  const there =
    plan.inPlace === undefined
      ? ""
      : `; in place: ${formatCount(plan.inPlace.images, "image")}, ${formatCount(plan.inPlace.files, "file")}`;
  const sums = `to copy: ${formatCount(images, "image")}, ${formatCount(files, "file")} (${formatSum(summary)})${there}; ${formatCount(errors, "error")}, ${formatCount(warnings, "warning")}\n`;
  const findings = plan.findings.map(formatFinding).join("");
  return [findings, listArtifacts(plan), listRemovals(plan), ...tables.map((table) => `${table}\n`), sums]
    .filter((part) => part !== "")
    .join("");
}
