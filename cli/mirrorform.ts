import { type Command, Option } from "commander";
import { addAuditCommand } from "./audit/audit-program";
import {
  collect,
  examples,
  inventory,
  json,
  privateMirrors,
  ranges,
  requiredOption,
  requireOptions,
} from "./command-options";
import { addPromoteCommands } from "./promote/promote-program";
import { createProgram, runProgram } from "./run-program";

/** The modules of the commands. Each is loaded when its command runs, because all of them together take a third of a second. */
const modules = {
  explain: () => require("./explain") as typeof import("./explain"),
  export: () => require("./export") as typeof import("./export"),
  facts: () => require("./facts") as typeof import("./facts"),
  image: () => require("./image") as typeof import("./image"),
  ranges: () => require("./ranges") as typeof import("./ranges"),
  rights: () => require("./rights") as typeof import("./rights"),
  schema: () => require("./schema") as typeof import("./schema"),
  serve: () => require("./serve") as typeof import("./serve"),
  start: () => require("./start") as typeof import("./start"),
  synth: () => require("./synth") as typeof import("./synth"),
  table: () => require("./table") as typeof import("./table"),
  validate: () => require("./validate") as typeof import("./validate"),
};

const port = () => new Option("--port <n>", "port to listen on").default("8080");
const host = () => new Option("--host <address>", "address to listen on").default("127.0.0.1");

/** The command line of `mirrorform`, ready to parse. */
export function mirrorformProgram(): Command {
  const program = createProgram({
    description: "Creates registries, buckets, DNS and a redirector at every donating cloud, from one reviewed file.",
    example: "mirrorform start",
  });
  const command = (words: string, summary: string, parent = program) =>
    parent.command(words).description(summary).copyInheritedSettings(program);

  examples(
    command("validate", "check the inventory and report all problems"),
    "mirrorform validate --json",
    "mirrorform validate --base origin/main",
  )
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .option(
      "--base <commit>",
      "also report what deployed.yaml has lost since this commit, and what cannot change in place",
    )
    .addOption(json())
    .action((options) => modules.validate().validateCommand(options));
  examples(
    command("synth", "write every stack as Terraform JSON, as `cdktf synth` does"),
    "mirrorform synth --stack aws-storage --stack aws-dns",
  )
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .option("--out <directory>", "directory for the stacks", "cdktf.out")
    .option("--stack <name>", "synthesize only this stack, and keep the others; repeatable", collect)
    .addOption(json())
    .action((options) => modules.synth().synthCommand(options));
  examples(
    command("rights [stack]", "print what an identity must be allowed to plan and apply the stacks"),
    "mirrorform rights aws-storage --json",
  )
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .addOption(json())
    .action((stack, options) => modules.rights().rightsCommand(stack, options));
  examples(command("table", "compile the routing table"), "mirrorform table --out routing.table")
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .option("--out <file>", "file for the table", "routing.table")
    .action((options) => modules.table().tableCommand(options));
  examples(
    command("serve", "run the redirector on this machine"),
    "mirrorform serve --port 8080 --client-address forwarded:1 --log",
    "curl -i -H 'X-Forwarded-For: 35.180.1.1' http://127.0.0.1:8080/release/v1.34.0/bin/linux/amd64/kubectl",
  )
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .addOption(port())
    .addOption(host())
    .option(
      "--client-address <rule>",
      "how to find a client's address: `socket`, `forwarded:N` (the N-th address of X-Forwarded-For from the right; Google's load balancer is forwarded:2), `header:NAME`, `cloudfront` or `azure-front-door:ID` (docs/client-address.md)",
      "socket",
    )
    .option(
      "--table <source>",
      "compiled routing table to use instead of an inventory, checked for changes every minute: a file, https://…, s3://bucket/key?region=R or gs://bucket/object",
    )
    .addOption(
      new Option(
        "--presence <how>",
        "`ask` mirrors for an object before sending clients there, or `assume` that all mirrors hold everything, even those not yet in deployed.yaml",
      )
        .choices(["ask", "assume"])
        .default("ask"),
    )
    .option("--log [share]", "print one line of JSON per decision, or for this share of them (0 to 1)")
    .option(
      "--status <place>",
      "where to serve the pages under /-/: on the `same` port, `off`, or on another port",
      "same",
    )
    .action((options) => modules.serve().serveCommand(options));
  examples(
    command("explain <path>", "show where a client is sent, and why"),
    "mirrorform explain /release/v1.34.0/bin/linux/amd64/kubectl --from 35.180.1.1",
    "mirrorform explain /release/v1.34.0/bin/linux/amd64/kubectl --host dl.example.org --from - < addresses.txt",
  )
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .addOption(
      requiredOption(
        "--from <address>",
        "client address (required); `-` reads one per line and prints one JSON object per line",
      ),
    )
    .hook("preAction", requireOptions)
    .option("--host <name>", "requested host (default: the first that serves such a path)")
    .addOption(
      new Option(
        "--presence <how>",
        "`assume` that mirrors not yet in deployed.yaml serve clients, as in trials with `serve` and `start`",
      ).choices(["assume"]),
    )
    .option(
      "--at <url>",
      "query a running redirector, which knows the health of its mirrors, instead of using the inventory",
    )
    .addOption(json())
    .action((path, options) => modules.explain().explainCommand(path, options));
  examples(
    command("export <program>", "write a configuration that makes nginx or Envoy redirect on its own"),
    'mirrorform export nginx --out nginx.conf && nginx -p "$PWD" -c "$PWD/nginx.conf"',
  )
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .option("--out <file>", "file for the configuration (default: the standard output)")
    .option("--listen <place>", "address and port for the program to listen on, as HOST:PORT", "127.0.0.1:8080")
    .option("--client-address <rule>", "how to find a client's address; see `serve --help`", "socket")
    .addOption(new Option("--json", "print the mirrors left out as JSON; needs --out"))
    .action((name, options) => modules.export().exportCommand(name, options));
  examples(
    command("image", "build a container image of the redirector or the promoter without Docker, and push it"),
    "mirrorform image --base docker.io/oven/bun@sha256:… --out image.out",
    "mirrorform image --base docker.io/library/node:24-slim@sha256:… --push us-docker.pkg.dev/project/mirrorform/redirector:v1",
  )
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .addOption(requiredOption("--base <image>", "image with Node or Bun, by digest (required): HOST/NAME@sha256:…"))
    .hook("preAction", requireOptions)
    .addOption(
      new Option("--for <program>", "program in the image").choices(["redirector", "promoter"]).default("redirector"),
    )
    .option("--out <directory>", "directory for the OCI layout (default: image.out, unless --push is set)")
    .option("--push <image>", "push the image to HOST/NAME or HOST/NAME:TAG")
    .option(
      "--realm <host>",
      "token server on another site that may receive the registry's credentials; repeatable",
      collect,
    )
    .addOption(json())
    .action((options) => modules.image().imageCommand(options));
  const rangesGroup = examples(
    command("ranges", "list or update the published address ranges"),
    "mirrorform ranges list --json",
  );
  examples(command("list", "list the ranges with their ages and sizes", rangesGroup), "mirrorform ranges list")
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .addOption(json())
    .action((options) => modules.ranges().rangesListCommand(options));
  examples(
    command(
      "update",
      "fetch new ranges, each source independently, and show which clients move between providers",
      rangesGroup,
    ),
    "mirrorform ranges update && git diff --stat networks/ranges",
    "mirrorform ranges update --only aws --only https://cdn.example.net/ranges.txt",
  )
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .option("--only <source>", "update only this source, by its name in `ranges list` or its URL; repeatable", collect)
    .option(
      "--accept <change>",
      "accept a change that a guard refused, by the name in the refusal; repeatable",
      collect,
    )
    .option("--allow-private-sources", "fetch from loopback and private networks, and over http, for tests and trials")
    .addOption(json())
    .action((options) => modules.ranges().rangesUpdateCommand(options));
  examples(
    command("facts [sources...]", "copy the outputs of deployed stacks into deployed.yaml"),
    "mirrorform facts --filled aws/eu-west-1",
    "terraform -chdir=cdktf.out/stacks/aws-storage output -json > aws-storage.json && mirrorform facts aws-storage.json",
  )
    .addHelpText(
      "after",
      "\nSources are files with the output of `terraform output -json`: `<stack>.json`, STACK=FILE, or a directory of them. Without sources, mirrorform runs Terraform for every initialized stack.",
    )
    .addOption(inventory())
    .addOption(privateMirrors())
    .option(
      "--filled <mirror>",
      "list the stores of this mirror, such as aws/eu-west-1, or of this provider, as filled, so that they get clients; repeatable",
      collect,
    )
    .option("--out <directory>", "directory where `synth` wrote the stacks", "cdktf.out")
    .option("--terraform <program>", "program that prints the outputs, such as tofu", "terraform")
    .option("--check", "write nothing; exit with 1 if the file would change")
    .addOption(json())
    .action((sources, options) => modules.facts().factsCommand(sources, options));
  addPromoteCommands(program);
  addAuditCommand(program);
  examples(
    command("schema", "print the JSON Schema of the inventory"),
    "mirrorform schema > mirrors.schema.json",
  ).action(() => modules.schema().schemaCommand());
  examples(
    command("start", "try everything once: check, synthesize, compile and serve"),
    "mirrorform start --port 8081",
  )
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .addOption(port())
    .action((options) => modules.start().startCommand(options));
  return program;
}

/** Runs the command line, and returns the exit status. */
export function mirrorform(arguments_: readonly string[]): Promise<number> {
  return runProgram(mirrorformProgram(), arguments_);
}
