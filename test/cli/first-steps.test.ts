import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as rangeSnapshot from "../../networks/range-snapshot";
import { testBase } from "../packaging/test-base";
import { isLong } from "../property-runs";
import { MemoryRegistry } from "../stores/registry/memory-registry";
import { runMirrorform, runProcess, startMirrorform } from "./run-mirrorform";

// The commands of the page name no ranges, and the shipped ones take half a second to compile.
jest.mock("../../networks/range-snapshot", () => ({
  ...jest.requireActual<typeof rangeSnapshot>("../../networks/range-snapshot"),
  shippedRanges: join(__dirname, "..", "fixtures", "range-snapshots"),
}));

/** The page whose commands are run, in the order in which a newcomer types them. */
const page = readFileSync(join(__dirname, "..", "..", "docs", "first-steps.md"), "utf8");

interface Block {
  readonly language: string;
  readonly lines: readonly string[];
}

/** The fenced blocks of one section. */
function blocksOf(title: string): Block[] {
  const section = page.split(/^## /m).find((each) => each.startsWith(title));
  if (section === undefined) throw new Error(`the page has no section ${title}`);
  return [...section.matchAll(/^```([a-z]+)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => ({
    language,
    lines: text.trimEnd().split("\n"),
  }));
}

/** What the clouds report, by stack: the outputs of `terraform output -json`. */
const outputs = {
  "aws-storage": {
    stores: { bucket: ["us-east-2"], registry: [] },
    distributions: { "us-east-2": "d111111abcdef8.cloudfront.net" },
  },
  "aws-dns": { "name-servers": ["ns-1.awsdns-01.org"] },
  "aws-redirector": {
    targets: { "us-east-2": { "dl.mirrors.tidewater.example": "d-abcdef1234.execute-api.us-east-2.amazonaws.com" } },
    validations: {
      "dl.mirrors.tidewater.example": {
        name: "_0123456789abcdef0123456789abcdef.dl.mirrors.tidewater.example",
        value: "_fedcba9876543210fedcba9876543210.abcdefghij.acm-validations.aws",
      },
    },
  },
  "google-storage": { stores: { bucket: ["us-central1"], registry: ["us-central1"] } },
  "google-dns": { "name-servers": ["ns-cloud-a1.googledomains.com."] },
  "google-redirector": {
    addresses: { ipv4: "192.0.2.10", ipv6: "2001:db8::10" },
    validations: Object.fromEntries(
      ["registry", "dl"].map((name) => [
        `${name}.mirrors.tidewater.example`,
        {
          name: `_acme-challenge.${name}.mirrors.tidewater.example.`,
          value: "0123abcd-0123-4567-89ab-0123456789ab.1.authorize.certificatemanager.goog.",
        },
      ]),
    ),
  },
};

/**
 * Stands in for Terraform and the clouds. `apply` requires the directory that `init` creates. `output -json` and
 * `output NAME` print the outputs above, if the stack was applied, and fail for one that the synthesized stack does not
 * declare.
 */
const terraform = `#!${process.execPath}
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const [chdir, verb, ...flags] = process.argv.slice(2);
const directory = chdir.replace("-chdir=", "");
const stack = directory.split("/").at(-1);
const declared = JSON.parse(readFileSync(directory + "/cdk.tf.json", "utf8")).output ?? {};
const fail = (words) => { process.stderr.write(words + "\\n"); process.exit(1); };
if (verb !== "init" && !existsSync(directory + "/.terraform")) fail(stack + " was not initialized");
if (verb === "init") mkdirSync(directory + "/.terraform", { recursive: true });
if (verb === "apply") writeFileSync(directory + "/.terraform/applied", "");
if (verb === "output") {
  const [flag] = flags;
  const reported = existsSync(directory + "/.terraform/applied") ? ${JSON.stringify(outputs)}[stack] : {};
  const undeclared = Object.keys(reported).filter((name) => !(name in declared));
  if (undeclared.length > 0) fail(stack + " declares no " + undeclared);
  if (flag !== "-json" && !(flag in reported)) fail(stack + " has no output " + flag);
  if (flag === "-json") {
    process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(reported).map(([name, value]) => [name, { value }]))));
  } else process.stdout.write(JSON.stringify(reported[flag]));
}
`;

let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mirrorform-first-steps-"));
  folder = join(root, "tidewater");
  mkdirSync(folder);
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "bin", "terraform"), terraform);
  chmodSync(join(root, "bin", "terraform"), 0o755);
});

afterEach(() => rmSync(root, { recursive: true }));

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Splits a command line of the page into words. Only quoted words contain spaces. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** What curl prints with `-w '%{http_code} %{redirect_url}\n'`. */
function curl(line: string, port: number): Promise<string> {
  const words = wordsOf(line);
  const { pathname } = new URL(words.at(-1) ?? "");
  const [, name, value] = /^([^:]+): (.*)$/.exec(words[words.indexOf("-H") + 1] ?? "") ?? [];
  const headers = name === undefined ? {} : { [name]: value };
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path: pathname, headers }, (response) => {
      response.resume();
      resolve(`${response.statusCode} ${response.headers.location ?? ""}`);
    });
    sent.on("error", reject).end();
  });
}

async function mirrorform(line: string, variables: Readonly<Record<string, string>>): Promise<string> {
  const words = wordsOf(line).map((word) => word.replace(/\$([A-Z]+)/g, (_, name) => variables[name] ?? ""));
  // Only `facts` runs another program, which it finds on its PATH.
  const PATH = `${join(root, "bin")}:${process.env.PATH}`;
  const [, command] = words;
  const { status, stdout, stderr } =
    command === "facts"
      ? await runProcess(words.slice(1), "", folder, { PATH })
      : await runMirrorform(words.slice(1), folder);
  if (status !== 0) throw new Error(`${line}: exit ${status}\n${stdout}${stderr}`);
  return stdout;
}

function runTerraform(line: string): void {
  const { status, stderr } = spawnSync(join(root, "bin", "terraform"), wordsOf(line).slice(1), {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${line}: exit ${status}\n${stderr}`);
}

/** Sends requests while the redirector runs, as a user does with two terminals. */
async function serveAndAsk(serve: string, requests: readonly string[]): Promise<string[]> {
  const port = await freePort();
  const server = startMirrorform([...wordsOf(serve).slice(1), "--port", String(port)], folder);
  const ended = new Promise((resolve) => server.once("close", resolve));
  try {
    await new Promise<void>((resolve, reject) => {
      server.stderr.on("data", (chunk) => String(chunk).includes("listening on") && resolve());
      server.once("close", (status) => reject(new Error(`${serve}: exit ${status}`)));
    });
    const answers: string[] = [];
    for (const each of requests) answers.push(await curl(each, port));
    return answers;
  } finally {
    server.kill("SIGTERM");
    await ended;
  }
}

/** Runs one block of commands. @returns the answers to its requests, and what was printed */
async function runCommands(lines: readonly string[], variables: Readonly<Record<string, string>>) {
  const serve = lines.find((line) => line.startsWith("mirrorform serve"));
  let printed = "";
  for (const line of lines) {
    if (line.startsWith("terraform ")) runTerraform(line);
    else if (line.startsWith("mirrorform ") && line !== serve) printed = await mirrorform(line, variables);
  }
  const requests = lines.filter((line) => line.startsWith("curl "));
  return { printed, answers: serve === undefined ? [] : await serveAndAsk(serve, requests) };
}

/**
 * Follows a section: writes its `mirrors.yaml`, runs its commands, and compares the answers with the texts that follow.
 *
 * @param edit what the page says to change in `mirrors.yaml` after a block of commands, given what it printed
 */
async function walk(
  title: string,
  variables: Readonly<Record<string, string>> = {},
  edit: (inventory: string, command: string, printed: string) => string = (inventory) => inventory,
): Promise<number> {
  const file = join(folder, "mirrors.yaml");
  let answers: string[] = [];
  let checked = 0;
  for (const { language, lines } of blocksOf(title)) {
    if (language === "yaml") writeFileSync(file, `${lines.join("\n")}\n`);
    if (language === "sh") {
      const run = await runCommands(lines, variables);
      answers = run.answers;
      if (existsSync(file)) writeFileSync(file, edit(readFileSync(file, "utf8"), lines.join("\n"), run.printed));
    }
    if (language === "text") {
      expect(answers).toEqual(lines);
      checked += lines.length;
    }
  }
  return checked;
}

/** The part of a synthesized stack that names buckets. */
interface Stack {
  readonly terraform: {
    readonly backend: Readonly<Record<string, { readonly bucket: string; readonly region?: string }>>;
  };
  readonly resource: Readonly<
    Record<string, Readonly<Record<string, { readonly bucket?: string; readonly name?: string }>>>
  >;
}

function stackOf(name: string): Stack {
  return JSON.parse(readFileSync(join(folder, "cdktf.out", "stacks", name, "cdk.tf.json"), "utf8"));
}

test("an origin at AWS only: from an empty folder to a redirect", async () => {
  expect(await walk("An origin at AWS")).toBe(1);
  const { terraform: settings, resource } = stackOf("aws-storage");
  const [bucket] = Object.values(resource.aws_s3_bucket ?? {});
  const created = Object.values(stackOf("aws-bootstrap").resource.aws_s3_bucket ?? {});
  expect(created.map((each) => each.bucket)).toContain(settings.backend.s3?.bucket);
  expect(page).toContain(`s3 cp tool.tar.gz s3://${bucket?.bucket}/v1.0/tool.tar.gz\n`);
});

(isLong ? test : test.skip)("an origin at Google only: from an empty folder to a redirect", async () => {
  const registry = await new MemoryRegistry().start();
  const base = testBase();
  registry.hold("base/node", ...base.contents);
  const variables = { BASE: `${registry.host}/base/node@${base.index.digest}`, REGISTRY: registry.host };
  try {
    const setImage = (inventory: string, command: string, printed: string) =>
      command.startsWith("mirrorform image")
        ? inventory.replace("redirector:\n", `redirector:\n  image: ${printed.trim()}\n`)
        : inventory;
    expect(await walk("An origin at Google", variables, setImage)).toBe(2);
    const { terraform: settings, resource } = stackOf("google-storage");
    const [bucket] = Object.values(resource.google_storage_bucket ?? {});
    const [state] = Object.values(stackOf("google-bootstrap").resource.google_storage_bucket ?? {});
    expect(settings.backend.gcs?.bucket).toBe(state?.name);
    expect(page).toContain(`storage cp tool.tar.gz gs://${bucket?.name}/v1.0/tool.tar.gz\n`);
  } finally {
    await registry.stop();
  }
});

test("no cloud, a university's mirror and a machine of one's own: from an empty folder to a redirect", async () => {
  expect(await walk("No cloud")).toBe(2);
  expect(readFileSync(join(folder, "nginx.conf"), "utf8")).toContain("https://files.tidewater.example");
});
