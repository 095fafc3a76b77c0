import { formatCount } from "../document/format-count";
import { formatProblem, type Problem } from "../document/problem";
import { UnusableProject } from "./unusable-project";

/** Prints problems on the standard error. */
export function reportProblems(problems: readonly Problem[]): void {
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
}

/** Makes the error of a command that does nothing because there are errors. */
export function createNothingDone(problems: readonly Problem[]): UnusableProject {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  return new UnusableProject(`${formatCount(errors, "error")}; nothing was done.`);
}
