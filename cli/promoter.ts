/**
 * The promoter as the program of a container: `mirrorform` with `promote` and `audit` alone, so that its bundle is small and has
 * nothing else to run.
 */
import { addAuditCommand } from "./audit/audit-program";
import { addPromoteCommands } from "./promote/promote-program";
import { createProgram, runProgram } from "./run-program";
import { watchOutput } from "./watch-output";

const program = createProgram({
  description: "Brings artifacts from staging to every mirror, verified.",
  example: "mirrorform promote run",
});
addPromoteCommands(program);
addAuditCommand(program);
watchOutput();
runProgram(program, process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
