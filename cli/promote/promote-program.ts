import { type Command, Option } from "commander";
import { collect, examples, inventory, json, privateMirrors } from "../command-options";

/** The modules of the commands. Each is loaded when its command runs. */
const modules = {
  snapshot: () => require("./snapshot") as typeof import("./snapshot"),
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
}
