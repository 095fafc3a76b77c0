import { type Command, Option } from "commander";
import { collect, examples, inventory, json, privateMirrors } from "../command-options";

/** The modules of the commands. Each is loaded when its command runs. */
const modules = {
  validate: () => require("./validate") as typeof import("./validate"),
};

const manifests = () =>
  new Option(
    "--manifests <directory>",
    "directory of manifests, in kpromo's layout (manifests/ beside images/ or filestores/) or our own; repeatable (default: promotions/ beside the inventory)",
  ).argParser<string[]>(collect);

/** Adds the group `promote` to the program. */
export function addPromoteCommands(program: Command): void {
  const group = program
    .command("promote")
    .description("bring artifacts from staging to every mirror, verified")
    .copyInheritedSettings(program);
  examples(group, "mirrorform promote validate");
  const command = (words: string, summary: string) =>
    group.command(words).description(summary).copyInheritedSettings(program);

  examples(
    command("validate", "check the promotion manifests and report all problems, without a network"),
    "mirrorform promote validate --json",
    "mirrorform promote validate --manifests k8s.io/registry.k8s.io --manifests k8s.io/artifacts",
  )
    .addOption(manifests())
    .addOption(inventory())
    .addOption(privateMirrors())
    .addOption(json())
    .action((options) => modules.validate().promoteValidateCommand(options));
}
