import { existsSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { printableLines } from "../document/printable";
import { version } from "../package.json";
import { UnusableProject } from "../project/unusable-project";
import { exitStatus, Failure } from "./failure";
import { printMessage } from "./print-message";
import { formatSystemError, isSystemError } from "./watch-output";

/** Creates the program `mirrorform`, without commands. */
export function createProgram({ description, example }: { description: string; example: string }): Command {
  return new Command("mirrorform")
    .description(description)
    .addHelpText(
      "after",
      `\nExample:\n  ${example}\n\nResults go to the standard output, messages to the standard error.\nExit status: 0 success; 1 invalid input; 2 wrong usage; 3 refused by a guard.`,
    )
    .version(version)
    .configureOutput({ writeErr: (text) => process.stderr.write(printableLines(text)) })
    .showHelpAfterError("(run the command with --help for details)")
    .exitOverride();
}

/** Suggests `--inventory` if an extra argument is a file. */
function suggestInventory(words: readonly string[]): void {
  const file = words.slice(1).findLast((word) => /\.ya?ml$/i.test(word) || existsSync(word));
  if (file === undefined) return;
  printMessage(`Pass the inventory as an option: --inventory ${file}`);
}

/** Runs a command line, and returns the exit status. */
export async function runProgram(program: Command, arguments_: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(arguments_, { from: "user" });
    return exitStatus.fine;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.code === "commander.excessArguments") suggestInventory(arguments_);
      return error.exitCode === 0 ? exitStatus.fine : exitStatus.wrongUsage;
    }
    if (error instanceof Failure || error instanceof UnusableProject) {
      process.stderr.write(`${printableLines(error.message)}\n`);
      return error instanceof Failure ? error.status : exitStatus.wrongInput;
    }
    if (!isSystemError(error)) throw error;
    process.stderr.write(`${formatSystemError(error)}\n`);
    return exitStatus.wrongInput;
  }
}
