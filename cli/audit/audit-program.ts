import { type Command, Option } from "commander";
import { examples, inventory, json, privateMirrors } from "../command-options";
import { manifests } from "../promote/manifests-option";

/** The modules of the command. Each is loaded when the command runs. */
const modules = {
  audit: () => require("./audit") as typeof import("./audit"),
  openAudit: () => require("./open-audit") as typeof import("./open-audit"),
};

/** Adds `audit` to the program. */
export function addAuditCommand(program: Command): void {
  const command = program
    .command("audit")
    .description("compare what every mirror holds with what was promoted")
    .copyInheritedSettings(program);
  examples(
    command,
    "mirrorform audit",
    "mirrorform audit --sample all --json > audit.json",
    "mirrorform audit --repair repair.json; mirrorform promote run --plan repair.json",
  )
    .addHelpText(
      "after",
      "\nNothing is written to any mirror. Exit status: 0 if nothing is wrong; 1 if the manifests or the ledger cannot be used; 3 if something is missing, has other bytes, was promoted by nobody, or could not be read.",
    )
    .addOption(manifests())
    .addOption(inventory())
    .addOption(privateMirrors())
    .addOption(
      new Option("--sample <number>", "how many objects of each store to read as a whole and hash, or `all`").default(
        "10",
      ),
    )
    .option("--seed <text>", "chooses the same objects as an earlier audit, which printed it (default: drawn)")
    .option("--repair <file>", "file for a plan that copies again what is missing or damaged, for `promote run --plan`")
    .option("--report <file>", "file for the report as Markdown")
    .option("--metrics <file>", "file for metrics in Prometheus's text format")
    .option("--publish", "publish the figures in the redirector's overlay, for its status page")
    .addOption(json())
    .action((options) => modules.audit().auditCommand(options, modules.openAudit().openAudit));
}
