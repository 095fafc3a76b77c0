import { formatCount } from "../document/format-count";
import { formatProblem, isError, type Problem } from "../document/problem";
import { UnusableProject } from "./unusable-project";

/** Prints problems on standard error. */
export function reportProblems(problems: readonly Problem[]): void {
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
}

/** Makes the error of a command that does nothing because there are errors. */
export function createNothingDone(problems: readonly Problem[]): UnusableProject {
  const errors = problems.filter(isError);
  return new UnusableProject(`${formatCount(errors.length, "error")}; nothing was done.`, errors);
}
