import { formatCount } from "../../document/format-count";
import { formatProblem, isError, type Problem } from "../../document/problem";

/** How much is shown: problems, characters of a line, and characters of all of them. A comment on GitHub also has to hold the plan. */
const most = { problems: 20, line: 300, characters: 8_000 } as const;

function shorten(line: string): string {
  return line.length > most.line ? `${line.slice(0, most.line)}…` : line;
}

/** The first problems, as far as there is room. */
function selectShown(problems: readonly Problem[]): string[] {
  const shown: string[] = [];
  let room: number = most.characters;
  for (const problem of problems.slice(0, most.problems)) {
    const text = formatProblem(problem).split("\n").map(shorten).join("\n");
    room -= text.length + 1;
    if (room < 0) break;
    shown.push(text);
  }
  return shown;
}

/** Longer than any row of backticks inside, so that none ends it (CommonMark, section 4.5). */
function fenceFor(text: string): string {
  const rows = text.match(/`+/g) ?? [];
  return "`".repeat(Math.max(3, ...rows.map((row) => row.length + 1)));
}

/**
 * Problems of files as lines of Markdown, errors first, in the form in which commands print them. In a block of code, neither Markdown
 * nor mentions of people have an effect. Empty if there are none.
 */
export function formatProblemsMarkdown(problems: readonly Problem[]): string[] {
  if (problems.length === 0) return [];
  const errors = problems.filter(isError);
  const warnings = problems.filter((problem) => !isError(problem));
  const counts = [
    errors.length > 0 && formatCount(errors.length, "error"),
    warnings.length > 0 && formatCount(warnings.length, "warning"),
  ];
  const shown = selectShown([...errors, ...warnings]);
  const text = shown.join("\n");
  const fence = fenceFor(text);
  const rest = problems.length - shown.length;
  const more = rest === 0 ? [] : ["", `${rest} more; \`mirrorform promote validate\` prints all.`];
  const what = counts.filter((count) => count !== false).join(", ");
  const head = `${errors.length > 0 ? "❌" : "⚠️"} Problems in files: ${what}.`;
  return ["", head, ...(shown.length === 0 ? [] : ["", `${fence}text`, text, fence]), ...more];
}
