import { type Command, Option } from "commander";
import { examples, inventory, json, privateMirrors } from "../command-options";
import { manifests } from "./manifests-option";

/** The modules of the commands. Each is loaded when its command runs. */
const modules = {
  demo: () => require("./demo/demo") as typeof import("./demo/demo"),
  openAudit: () => require("../audit/open-audit") as typeof import("../audit/open-audit"),
  openRun: () => require("./open-run") as typeof import("./open-run"),
  openStores: () => require("./open-stores") as typeof import("./open-stores"),
  plan: () => require("./plan") as typeof import("./plan"),
  restore: () => require("./restore") as typeof import("./restore"),
  rollback: () => require("./rollback") as typeof import("./rollback"),
  run: () => require("./run") as typeof import("./run"),
  snapshot: () => require("./snapshot") as typeof import("./snapshot"),
  validate: () => require("./validate") as typeof import("./validate"),
};

const explain = () =>
  new Option("--explain", "print which rules of the policy looked at which artifact, and what they saw");

/** Adds the group `promote` to the program. */
export function addPromoteCommands(program: Command): void {
  const group = program
    .command("promote")
    .description("bring artifacts from staging to every mirror, verified")
    .copyInheritedSettings(program);
  examples(group, "mirrorform promote demo", "mirrorform promote validate");
  const command = (words: string, summary: string) =>
    group.command(words).description(summary).copyInheritedSettings(program);

  examples(
    command("validate", "check the promotion manifests and report all problems, without a network"),
    "mirrorform promote validate --json",
    "mirrorform promote validate --manifests k8s.io/registry.k8s.io --manifests k8s.io/artifacts",
  )
    .addHelpText(
      "after",
      "\nThe file of a project is promotions/PROJECT/images.yaml or files.yaml; docs/promotion-manifests.md describes both. Exit status: 0 if there are warnings at most; 1 if there is an error.",
    )
    .addOption(manifests())
    .addOption(inventory())
    .addOption(privateMirrors())
    .addOption(explain())
    .addOption(json())
    .action((options) => modules.validate().promoteValidateCommand(options));
  examples(
    command("snapshot <place>", "print a manifest of what a registry or a bucket holds, for projects with a history"),
    "mirrorform promote snapshot gcr.io/k8s-staging-kops > promotions/kops/images.yaml",
    "mirrorform promote snapshot 's3://releases-example/kops/?region=eu-west-1' > promotions/kops/files.yaml",
  )
    .addHelpText(
      "after",
      "\nA place is HOST/PATH, gs://BUCKET/PREFIX, s3://BUCKET/PREFIX?region=REGION (with &endpoint=URL for another S3) or https://ACCOUNT.blob.core.windows.net/CONTAINER/PREFIX. The files of a bucket are read, unless it has their SHA-256.",
    )
    .action((place) => modules.snapshot().promoteSnapshotCommand(place));
  examples(
    command(
      "plan",
      "show what a promotion would do: what is missing at which mirror, lost at the source, or would move",
    ),
    "mirrorform promote plan",
    "mirrorform promote plan --since origin/main --markdown",
    "mirrorform promote plan --out plan.json && mirrorform promote run --plan plan.json",
  )
    .addHelpText(
      "after",
      "\nNothing is written to any store. Exit status: 0 if everything that is promised is in place or would be copied; 1 if a manifest has an error, or something promised is lost, would move, is in conflict, has no place or is refused by the policy.",
    )
    .addOption(manifests())
    .addOption(inventory())
    .addOption(privateMirrors())
    .option("--since <commit>", "plan only the entries that have changed since a commit of git")
    .option("--referrers", "ask for the referrers of every image (default: of changed images, with --since)")
    .option("--allow-vanished", "leave what vanished from kpromo's manifests where it is, as kpromo does")
    .option("--more <approval>", "withdraw more than a run may, if it is exactly what the plan with this approval says")
    .addOption(explain())
    .addOption(json())
    .option("--markdown", "print the plan as Markdown, for a comment on a pull request")
    .option("--out <file>", "file for the plan as JSON, for `promote run --plan`")
    .action((options) => modules.plan().promotePlanCommand(options, modules.openStores().openStores));
  examples(
    command("run", "bring what the manifests promise to every mirror; tags at the origin are set last"),
    "mirrorform promote run --report report.md --metrics promotion.prom --audit audit.jsonl",
    "mirrorform promote plan --out plan.json && mirrorform promote run --plan plan.json",
  )
    .addHelpText(
      "after",
      "\nExit status: 0 if everything that is promised is complete, or waits only for clouds and donors; 1 if something is incomplete, or a store could not be reached; 3 if the world differs from the plan, or another run holds the lease. A run that was stopped continues when it is run again.",
    )
    .addOption(manifests())
    .addOption(inventory())
    .addOption(privateMirrors())
    .option("--plan <file>", "carry out exactly this plan, or stop if the world has changed")
    .option("--since <commit>", "promote only the entries that have changed since a commit of git")
    .option("--referrers", "ask for the referrers of every image (default: of changed images, with --since)")
    .option("--allow-vanished", "leave what vanished from kpromo's manifests where it is, as kpromo does")
    .option("--more <approval>", "withdraw more than a run may, if it is exactly what the plan with this approval says")
    .option("--wait <minutes>", "how long to wait for copies that clouds make themselves", "10")
    .option("--report <file>", "file for the report as Markdown")
    .option("--metrics <file>", "file for metrics in Prometheus's text format")
    .option("--audit <file>", "file to which a line of JSON is appended for each promoted artifact")
    .option("--commit <commit>", "commit of the manifests, for audit and lease (default: GITHUB_SHA)")
    .option("--merged-by <name>", "who merged it, for audit, lease and withdrawals (default: GITHUB_ACTOR)")
    .option("--merged-since <commit>", "the commit before the merge: who merged may withdraw only what is new since")
    .addOption(json())
    .action((options) => modules.run().promoteRunCommand(options, modules.openRun().openRun));
  examples(
    command("rollback <commit>", "change the manifests so that a promotion is undone, for review"),
    "mirrorform promote rollback HEAD",
    "mirrorform promote rollback 5b70748a0c1d --reason 'built from the wrong commit'",
  )
    .addHelpText(
      "after",
      "\nWhat the commit added is removed and withdrawn, tags that it moved are moved back, and what it withdrew is promised again. The files are written, and nothing is committed. Exit status: 3 if later changes are in the way; then nothing is written.",
    )
    .addOption(manifests())
    .addOption(inventory())
    .addOption(privateMirrors())
    .option("--reason <text>", "why, for withdrawn.yaml (default: it names the commit)")
    .action((commit, options) => modules.rollback().promoteRollbackCommand(commit, options));
  examples(
    command("restore", "rebuild a lost origin from its mirrors, every byte verified"),
    "mirrorform promote restore --report report.md",
  )
    .addHelpText(
      "after",
      "\nWhat is at the origin is left as it is. Exit status: 0 if the origin has everything that was promoted; 1 if no mirror has some of it, or a store could not be reached; 3 if a run holds the lease. A restore that was stopped continues when it is run again.",
    )
    .addOption(manifests())
    .addOption(inventory())
    .addOption(privateMirrors())
    .option("--report <file>", "file for the report as Markdown")
    .addOption(json())
    .action((options) =>
      modules.restore().promoteRestoreCommand(options, modules.openRun().openRun, modules.openAudit().openAudit),
    );
  examples(
    command("demo", "show a whole promotion on stores in this process, with what may go wrong; needs no cloud"),
    "mirrorform promote demo",
  )
    .addHelpText(
      "after",
      "\nThe servers are on loopback, and end with the command. Exit status: 0 if everything that it claims was checked and holds, otherwise 1.",
    )
    .addOption(json())
    .action((options) => modules.demo().promoteDemoCommand(options));
}
