import type { Command } from "commander";
import { examples } from "../command-options";

/** Adds the group `promote` to the program. Each command's module is loaded when it runs, as those of `mirrorform.ts`. */
export function addPromoteCommands(program: Command): void {
  const group = program
    .command("promote")
    .description("bring artifacts from staging to every mirror, verified")
    .copyInheritedSettings(program);
  examples(group, "mirrorform promote validate");
}
