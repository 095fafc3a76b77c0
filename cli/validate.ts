import { formatCount } from "../document/format-count";
import { printableJson } from "../document/printable";
import { formatProblem, isError } from "../document/problem";
import { findBaseProblems } from "../project/base-problems";
import { checkProject, type ProjectOptions } from "../project/check-project";
import { findConflictProblems } from "../project/claim-problems";
import { exitStatus, Failure } from "./failure";
import { printMessage } from "./print-message";

/** The options of `validate`. */
export interface ValidateOptions extends ProjectOptions {
  readonly json?: boolean;
  /** A commit to compare with. @default none */
  readonly base?: string;
}

/**
 * `validate`: prints all problems of a project.
 *
 * @throws Failure if one of them is an error
 */
export function validateCommand(options: ValidateOptions): void {
  const now = new Date();
  const project = checkProject(options, now);
  const conflicts = project.ok ? findConflictProblems(project.place, project.inventory, project.ranges) : [];
  const { base } = options;
  const ofBase = project.ok && base !== undefined ? findBaseProblems(project, options, base, now) : [];
  const problems = [...project.problems, ...conflicts, ...ofBase];
  const ok = project.ok && !ofBase.some(isError);
  if (options.json) {
    const reported = problems.map(({ excerpt, ...problem }) => problem);
    process.stdout.write(`${printableJson({ ok, problems: reported }, 2)}\n`);
  } else {
    for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
  }
  const errors = problems.filter(isError).length;
  const summary = `${options.inventory}: ${formatCount(errors, "error")}, ${formatCount(problems.length - errors, "warning")}`;
  if (!ok) throw new Failure(exitStatus.wrongInput, summary);
  printMessage(summary);
}
