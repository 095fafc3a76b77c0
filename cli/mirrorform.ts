import { existsSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import { printable, printableLines } from "../document/printable";
import { version } from "../package.json";
import { UnusableProject } from "../project/unusable-project";
import { explainCommand } from "./explain";
import { exportCommand } from "./export";
import { factsCommand } from "./facts";
import { exitStatus, Failure } from "./failure";
import { imageCommand } from "./image";
import { rangesListCommand, rangesUpdateCommand } from "./ranges";
import { schemaCommand } from "./schema";
import { serveCommand } from "./serve";
import { startCommand } from "./start";
import { synthCommand } from "./synth";
import { tableCommand } from "./table";
import { validateCommand } from "./validate";
import { isSystemError, systemErrorWords } from "./watch-output";

const inventory = () => new Option("--inventory <file>", "the inventory").default("mirrors.yaml");
const ranges = () =>
  new Option("--ranges <directory>", "where the published ranges are (default: those of this project)");
const privateMirrors = () =>
  new Option("--allow-private-mirrors", "accept mirrors on loopback and in private networks: for tests and trials");
const json = () => new Option("--json", "print JSON");
const port = () => new Option("--port <n>", "port to listen on").default("8080");
const host = () => new Option("--host <address>", "address to listen on").default("127.0.0.1");

/** A required option that is checked after unknown ones: Commander checks its own required options first. */
class NeededOption extends Option {}

const needed = (flags: string, description: string) => new NeededOption(flags, description);

function requireNeeded(command: Command): void {
  const missing = command.options.find(
    (option) => option instanceof NeededOption && command.getOptionValue(option.attributeName()) === undefined,
  );
  if (missing) command.error(`error: required option '${missing.flags}' not specified`);
}

function collect(value: string, others: string[] = []): string[] {
  return [...others, value];
}

function examples(command: Command, ...lines: string[]): Command {
  return command.addHelpText("after", `\nExample:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

/** The command line of `mirrorform`, ready to parse. */
export function mirrorformProgram(): Command {
  const program = new Command("mirrorform")
    .description("From one reviewed file: registries, buckets, DNS and a redirector at every cloud that donates.")
    .addHelpText(
      "after",
      "\nExample:\n  mirrorform start\n\nResults go to the standard output, messages to the standard error.\nExit status: 0 fine; 1 the input is wrong; 2 wrong usage; 3 refused by a guard.",
    )
    .version(version)
    .configureOutput({ writeErr: (text) => process.stderr.write(printableLines(text)) })
    .showHelpAfterError("(the same command with --help tells more)")
    .exitOverride();
  const command = (words: string, summary: string, parent = program) =>
    parent.command(words).description(summary).copyInheritedSettings(program);

  examples(command("validate", "check the inventory, and report every problem at once"), "mirrorform validate --json")
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .addOption(json())
    .action(validateCommand);
  examples(
    command("synth", "write every stack as Terraform JSON, as `cdktf synth` does"),
    "mirrorform synth --stack aws-storage --stack aws-dns",
  )
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .option("--out <directory>", "where the stacks go", "cdktf.out")
    .option("--stack <name>", "only this stack, leaving the others as they are; may be repeated", collect)
    .addOption(json())
    .action(synthCommand);
  examples(command("table", "compile the routing table"), "mirrorform table --out routing.table")
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .option("--out <file>", "where the table goes", "routing.table")
    .action(tableCommand);
  examples(
    command("serve", "run the redirector here"),
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
      "where a client's address is taken from: `socket`, `forwarded:N` (the N-th address of X-Forwarded-For from the right; Google's load balancer is forwarded:2), `header:NAME`, `cloudfront` or `azure-front-door:ID` (docs/client-address.md)",
      "socket",
    )
    .option(
      "--table <source>",
      "a compiled routing table instead of an inventory, looked at again every minute: a file, https://…, s3://bucket/key?region=R or gs://bucket/object",
    )
    .addOption(
      new Option(
        "--presence <how>",
        "`ask` mirrors whether they hold an object before a client is sent there, or `assume` that they do, even if deployed.yaml does not list them yet",
      )
        .choices(["ask", "assume"])
        .default("ask"),
    )
    .option("--log [share]", "print one line of JSON for every decision, or for this share of them (0 to 1)")
    .option(
      "--status <place>",
      "where the pages under /-/ are answered: `same` port, `off`, or a port of their own",
      "same",
    )
    .action(serveCommand);
  examples(
    command("explain <path>", "tell where a client is sent, and why not elsewhere"),
    "mirrorform explain /release/v1.34.0/bin/linux/amd64/kubectl --from 35.180.1.1",
    "mirrorform explain /release/v1.34.0/bin/linux/amd64/kubectl --host dl.example.org --from - < addresses.txt",
  )
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .addOption(
      needed(
        "--from <address>",
        "the client's address (required); `-` reads one per line and prints one JSON object per line",
      ),
    )
    .hook("preAction", requireNeeded)
    .option("--host <name>", "the host that is asked (default: the first that serves such a path)")
    .addOption(
      new Option(
        "--presence <how>",
        "`assume` that mirrors which deployed.yaml does not list yet serve clients, as in trials with `serve` and `start`",
      ).choices(["assume"]),
    )
    .option("--at <url>", "ask a redirector that runs, which knows how its mirrors are, instead of the inventory")
    .addOption(json())
    .action(explainCommand);
  examples(
    command("export <program>", "write a configuration with which nginx or Envoy redirects by itself"),
    'mirrorform export nginx --out nginx.conf && nginx -p "$PWD" -c "$PWD/nginx.conf"',
  )
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .option("--out <file>", "where the configuration goes (default: the standard output)")
    .option("--listen <place>", "where the program listens, as HOST:PORT", "127.0.0.1:8080")
    .option("--client-address <rule>", "where a client's address is taken from, as `serve` takes it", "socket")
    .addOption(new Option("--json", "print what was left out as JSON; needs --out"))
    .action(exportCommand);
  examples(
    command("image", "build the redirector's container image, without Docker, and push it"),
    "mirrorform image --base gcr.io/distroless/nodejs22-debian12@sha256:… --out image.out",
    "mirrorform image --base docker.io/library/node:24-slim@sha256:… --push us-docker.pkg.dev/project/mirrorform/redirector:v1",
  )
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .addOption(needed("--base <image>", "an image with Node or Bun, by digest (required): HOST/NAME@sha256:…"))
    .hook("preAction", requireNeeded)
    .option("--out <directory>", "where the OCI layout goes (default: image.out, unless it is pushed)")
    .option("--push <image>", "push it to HOST/NAME or HOST/NAME:TAG")
    .option(
      "--realm <host>",
      "a token server on a different site that may get the registry's login; may be repeated",
      collect,
    )
    .addOption(json())
    .action(imageCommand);
  const rangesGroup = examples(command("ranges", "the published address ranges"), "mirrorform ranges list --json");
  examples(command("list", "their ages and sizes", rangesGroup), "mirrorform ranges list")
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .addOption(json())
    .action(rangesListCommand);
  examples(
    command("update", "fetch new ones, each independently, and show which clients move between providers", rangesGroup),
    "mirrorform ranges update && git diff --stat networks/ranges",
    "mirrorform ranges update --only aws --only https://cdn.example.net/ranges.txt",
  )
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .option("--only <source>", "only this source, as `ranges list` names it; may be repeated", collect)
    .option(
      "--accept <change>",
      "accept a change that a guard refused, by the name that the refusal gives; may be repeated",
      collect,
    )
    .option("--allow-private-sources", "fetch from loopback and private networks, and over http: for tests and trials")
    .addOption(json())
    .action(rangesUpdateCommand);
  examples(
    command("facts [sources...]", "copy the outputs of deployed stacks into deployed.yaml"),
    "mirrorform facts --filled aws/eu-west-1",
    "terraform -chdir=cdktf.out/stacks/aws-storage output -json > aws-storage.json && mirrorform facts aws-storage.json",
  )
    .addHelpText(
      "after",
      "\nSources are files with what `terraform output -json` prints: `<stack>.json`, STACK=FILE, or a directory of them. Without sources, Terraform is asked for the outputs of every initialized stack.",
    )
    .addOption(inventory())
    .addOption(privateMirrors())
    .option(
      "--filled <mirror>",
      "a mirror whose stores are filled, such as aws/eu-west-1, or a provider whose stores all are: lists them, so that they get clients; may be repeated",
      collect,
    )
    .option("--out <directory>", "where `synth` wrote the stacks", "cdktf.out")
    .option("--terraform <program>", "the program that prints the outputs, such as tofu", "terraform")
    .option("--check", "write nothing, and exit with 1 if the file would change")
    .addOption(json())
    .action(factsCommand);
  examples(
    command("schema", "print the JSON Schema of the inventory"),
    "mirrorform schema > mirrors.schema.json",
  ).action(schemaCommand);
  examples(command("start", "check, synthesize, compile and serve: the whole way once"), "mirrorform start --port 8081")
    .addOption(inventory())
    .addOption(ranges())
    .addOption(privateMirrors())
    .addOption(port())
    .action(startCommand);
  return program;
}

/** An extra argument that is a file is meant to be the inventory. */
function tellOfInventory(words: readonly string[]): void {
  const file = words.slice(1).findLast((word) => /\.ya?ml$/i.test(word) || existsSync(word));
  if (file === undefined) return;
  process.stderr.write(`Name the inventory with an option: --inventory ${printable(file)}\n`);
}

/** Runs the command line, and gives the exit status. */
export async function mirrorform(arguments_: readonly string[]): Promise<number> {
  try {
    await mirrorformProgram().parseAsync(arguments_, { from: "user" });
    return exitStatus.fine;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.code === "commander.excessArguments") tellOfInventory(arguments_);
      return error.exitCode === 0 ? exitStatus.fine : exitStatus.wrongUsage;
    }
    if (error instanceof Failure) {
      process.stderr.write(`${printableLines(error.message)}\n`);
      return error.status;
    }
    if (error instanceof UnusableProject) {
      process.stderr.write(`${printableLines(error.message)}\n`);
      return exitStatus.wrongInput;
    }
    if (!isSystemError(error)) throw error;
    process.stderr.write(`${systemErrorWords(error)}\n`);
    return exitStatus.wrongInput;
  }
}
