import { formatCount } from "../document/format-count";
import { printableJson } from "../document/printable";
import { formatProblem, isError } from "../document/problem";
import { checkProject, type ProjectOptions } from "../project/check-project";
import { findConflictProblems } from "../project/claim-problems";
import { exitStatus, Failure } from "./failure";
import { printMessage } from "./print-message";

/**
 * `validate`: prints all problems of a project.
 *
 * @throws Failure if one of them is an error
 */
export function validateCommand(options: ProjectOptions & { readonly json?: boolean }): void {
  const project = checkProject(options, new Date());
  const { ok } = project;
  const conflicts = project.ok ? findConflictProblems(project.place, project.inventory, project.ranges) : [];
  const problems = [...project.problems, ...conflicts];
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
