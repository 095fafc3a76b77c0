import { printable } from "../../document/printable";
import type { PlanFinding } from "./plan";

/** Lines to add to a file as Markdown below an item of a list, so that they can be copied; a fence longer than any in them. @param room lines at most */
export function formatPaste({ paste }: PlanFinding, room: number): string[] {
  if (!paste) return [];
  const lines = paste.lines.slice(0, room).map((line) => printable(line));
  const fence = "`".repeat(Math.max(3, ...lines.map((line) => longestRun(line) + 1)));
  const more =
    paste.lines.length > lines.length
      ? [`# ${paste.lines.length - lines.length} more lines: mirrorform promote plan`]
      : [];
  return [`  ${fence}yaml`, ...[...lines, ...more].map((line) => `  ${line}`), `  ${fence}`];
}

function longestRun(line: string): number {
  return Math.max(0, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
}
