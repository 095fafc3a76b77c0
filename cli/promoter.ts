/**
 * The promoter as the program of a container: `mirrorform` with the commands of `promote` alone, so that its bundle is small and has
 * nothing else to run.
 */
import { addPromoteCommands } from "./promote/promote-program";
import { createProgram, runProgram } from "./run-program";
import { watchOutput } from "./watch-output";

const program = createProgram({
  description: "Brings artifacts from staging to every mirror, verified.",
  example: "mirrorform promote run",
});
addPromoteCommands(program);
watchOutput();
runProgram(program, process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
