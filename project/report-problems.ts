import { counted } from "../document/counted";
import { formatProblem, type Problem } from "../document/problem";
import { UnusableProject } from "./unusable-project";

/** Prints problems on the standard error. */
export function reportProblems(problems: readonly Problem[]): void {
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
}

/** @returns that nothing was done, because of so many errors */
export function nothingDone(problems: readonly Problem[]): UnusableProject {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  return new UnusableProject(`${counted(errors, "error")}; nothing was done.`);
}
