import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import type { Command } from "commander";
import { parse } from "yaml";
import { mirrorformProgram } from "../../cli/mirrorform";
import { describeTable } from "../../cli/table";
import { checksumsOf } from "../checksums";
import { madeTable } from "../routing/handmade-table";
import { fixture } from "../routing/tables";
import { runMirrorform, runProcess, startMirrorform } from "./run-mirrorform";

const fixtures = join(__dirname, "..", "fixtures", "inventories");
const small = join(fixtures, "small.yaml");
const broken = join(fixtures, "broken", "several-at-once.yaml");
const blob = `/v2/pause/blobs/sha256:${"a".repeat(64)}`;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mirrorform-cli-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

describe("validate", () => {
  test("a sound inventory: exit 0, warnings only", async () => {
    const { status, stdout } = await runMirrorform(["validate", "--json", "--inventory", small]);
    expect(status).toBe(0);
    const { ok, problems } = JSON.parse(stdout);
    expect(ok).toBe(true);
    expect(new Set(problems.map(({ severity }: { severity: string }) => severity))).toEqual(new Set(["warning"]));
    const rules = new Set(problems.map(({ rule }: { rule: string }) => rule));
    expect(rules).toEqual(new Set(["mirror/not-deployed", "origin/not-deployed", "ranges/stale"]));
  });

  test("a broken one: exit 1, each problem as file:line:column severity[rule] message, with the lines and the fix", async () => {
    const { status, stdout, stderr } = await runMirrorform(["validate", "--inventory", broken]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/several-at-once\.yaml:\d+:\d+ error\[[a-z]+\/[a-z-]+\] /);
    expect(stdout).toContain("→ ");
    expect(stderr).toMatch(/several-at-once\.yaml: \d+ errors, \d+ warnings?\n$/);
  });

  test("as JSON, with the same places", async () => {
    const { status, stdout } = await runMirrorform(["validate", "--json", "--inventory", broken]);
    expect(status).toBe(1);
    const { ok, problems } = JSON.parse(stdout);
    expect(ok).toBe(false);
    expect(Object.keys(problems[0])).toEqual(
      expect.arrayContaining(["file", "line", "column", "severity", "rule", "message"]),
    );
  });

  test("a file that is not there: one clear error", async () => {
    const { status, stdout, stderr } = await runMirrorform(["validate", "--inventory", join(directory, "none.yaml")]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/none\.yaml:1:1 error\[file\/unreadable\]/);
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
  });

  test("a file as an argument: the option that takes it", async () => {
    const { status, stderr } = await runMirrorform(["validate", "other.yaml"]);
    expect(status).toBe(2);
    expect(stderr).toContain("Name the inventory with an option: --inventory other.yaml");
    const port = await runMirrorform(["start", "8081"]);
    expect([port.status, port.stderr]).toEqual([2, expect.not.stringContaining("--inventory 8081")]);
  });

  test("ranges that are missing are errors, with the fix", async () => {
    const { status, stdout } = await runMirrorform(["validate", "--inventory", small, "--ranges", directory]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/error\[ranges\/unreadable\]/);
    expect(stdout).toContain("mirrorform ranges update");
  });
});

test("an ASN of which no prefix is known is a warning of validate", async () => {
  const inventory = join(directory, "mirrors.yaml");
  writeFileSync(inventory, fixture("small").replace("asn: [24940]", "asn: [24940, 64500]"));
  const { status, stdout } = await runMirrorform(["validate", "--inventory", inventory]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/mirrors\.yaml:64:16 warning\[ranges\/absent\] no prefix of AS64500 is known/);
});

describe("synth", () => {
  test("writes the stacks, the same bytes every time, and only those asked for", async () => {
    const [first, second, one] = ["first", "second", "one"].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    await runMirrorform(["synth", "--inventory", small, "--out", first]);
    const { status, stdout } = await runMirrorform(["synth", "--inventory", small, "--out", second, "--json"]);
    expect(status).toBe(0);
    expect(checksumsOf(second)).toEqual(checksumsOf(first));
    expect(readdirSync(first).sort()).toEqual(["manifest.json", "stacks"]);
    const stacks = readdirSync(join(first, "stacks")).sort();
    expect(
      JSON.parse(stdout)
        .map(({ name }: { name: string }) => name)
        .sort(),
    ).toEqual(stacks);
    await runMirrorform(["synth", "--inventory", small, "--out", one, "--stack", "aws-storage"]);
    expect(readdirSync(join(one, "stacks"))).toEqual(["aws-storage"]);
    await runMirrorform(["synth", "--inventory", small, "--out", one, "--stack", "aws-dns"]);
    expect(readdirSync(join(one, "stacks")).sort()).toEqual(["aws-dns", "aws-storage"]);
    expect(Object.keys(JSON.parse(readFileSync(join(one, "manifest.json"), "utf8")).stacks)).toHaveLength(2);
  });

  test("replaces its own files only: what Terraform keeps beside them stays, and stacks no longer planned go", async () => {
    const stacks = join(directory, "out", "stacks");
    const synth = (inventory: string) =>
      runMirrorform(["synth", "--inventory", inventory, "--out", join(directory, "out")]);
    await synth(small);
    writeFileSync(join(stacks, "aws-dns", ".terraform.lock.hcl"), "");
    writeFileSync(join(stacks, "azure-storage", "terraform.tfstate"), "");
    await synth(join(fixtures, "smallest.yaml"));
    expect(readdirSync(stacks).sort()).toEqual([
      "aws-dns",
      "azure-storage",
      "google-dns",
      "google-redirector",
      "google-storage",
    ]);
    expect(readdirSync(join(stacks, "aws-dns"))).toEqual([".terraform.lock.hcl"]);
    await synth(small);
    expect(readdirSync(join(stacks, "aws-dns")).sort()).toEqual([".terraform.lock.hcl", "cdk.tf.json"]);
  });

  describe("the redirector's image at Google", () => {
    const withImage = (image: string | undefined) => {
      const text = readFileSync(small, "utf8").replace(
        /^ {2}image: .*\n/m,
        image === undefined ? "" : `  image: ${image}\n`,
      );
      const file = join(directory, "mirrors.yaml");
      writeFileSync(file, text);
      return file;
    };
    const zeros = `registry.example.org/redirector@sha256:${"0".repeat(64)}`;

    test("there is none yet: a warning, and all stacks but one", async () => {
      const inventory = withImage(undefined);
      const out = join(directory, "out");
      const { status, stderr } = await runMirrorform(["synth", "--inventory", inventory, "--out", out]);
      expect(status).toBe(0);
      expect(stderr).toMatch(/mirrors\.yaml:\d+:\d+ warning\[redirector\/image-missing\]/);
      expect(readdirSync(join(out, "stacks")).sort()).toEqual([
        "aws-dns",
        "aws-redirector",
        "aws-storage",
        "azure-storage",
        "google-dns",
        "google-storage",
      ]);
    });

    test("zeros only stand in for it: validate warns, synth refuses what would run it, and nothing else", async () => {
      const inventory = withImage(zeros);
      const out = join(directory, "out");
      const validated = await runMirrorform(["validate", "--inventory", inventory]);
      expect(validated.status).toBe(0);
      expect(validated.stdout).toMatch(/mirrors\.yaml:\d+:10 warning\[redirector\/image-stand-in\]/);
      const refused = await runMirrorform(["synth", "--inventory", inventory, "--out", out]);
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain("google-redirector cannot be planned: redirector.image has a digest of zeros");
      expect(existsSync(out)).toBe(false);
      const others = await runMirrorform([
        "synth",
        "--inventory",
        inventory,
        "--out",
        out,
        "--stack",
        "google-storage",
      ]);
      expect(others.status).toBe(0);
      expect(readdirSync(join(out, "stacks"))).toEqual(["google-storage"]);
    });
  });

  test("a place that cannot be written: exit 1, and no stack trace", async () => {
    const file = join(directory, "file");
    writeFileSync(file, "");
    for (const words of [
      ["synth", "--out", file],
      ["table", "--out", join(directory, "none", "table")],
    ]) {
      // A process of its own: in Jest an error of Node's is an instance of another `Error`.
      const { status, stderr } = await runProcess([...words, "--inventory", small]);
      expect(status).toBe(1);
      expect(stderr).toContain("name another file or directory");
      expect(stderr).not.toMatch(/^\s+at /m);
    }
  });

  test("an inventory with errors: exit 1, nothing written", async () => {
    const out = join(directory, "out");
    const { status, stderr } = await runMirrorform(["synth", "--inventory", broken, "--out", out]);
    expect(status).toBe(1);
    expect(stderr).toContain("nothing was done");
    expect(existsSync(out)).toBe(false);
  });

  test("a stack that is not there: exit 2, naming those that are", async () => {
    const { status, stderr } = await runMirrorform([
      "synth",
      "--inventory",
      small,
      "--out",
      directory,
      "--stack",
      "aws",
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain("there is no stack aws; there are aws-storage, aws-dns");
  });
});

describe("explain", () => {
  test("for people", async () => {
    const { status, stdout } = await runMirrorform([
      ...["explain", blob, "--from", "52.94.76.1", "--inventory", small, "--presence", "assume"],
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
"GET https://registry.example.org/v2/pause/blobs/sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
client  52.94.76.1: aws, us-west-2, AS16509
asked   blob
answer  307 https://artifacts-aws-us-east-1.s3.dualstack.us-east-1.amazonaws.com/containers/images/sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
mirror  aws/us-east-1 is aws's, 3,503 km from us-west-2

Not chosen, the best first:
  store/germany takes clients of other networks: weight 10, drawn by client and object
  cdn/everywhere takes clients of other networks: weight 20, drawn by client and object
  google/us-central1 is the origin, the last fallback
  aws/eu-west-1 is not deployed yet: CloudFront's name for it is not in the \`distributions\` of deployed.yaml
  each of these serves only azure's own clients:
    azure/eastus, azure/westeurope
  google/europe-west1 serves only google's own clients
"
`);
  });

  test("addresses from the standard input, one JSON object a line", async () => {
    const words = ["explain", "/bin/kubectl", "--from", "-", "--inventory", small, "--presence", "assume"];
    const { status, stdout } = await runProcess(words, "52.94.76.1\n\n192.0.2.1\ngarbage\n");
    expect(status).toBe(0);
    const told = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(told.map(({ address, network, mirror }) => ({ address, region: network.region, mirror }))).toEqual([
      { address: "52.94.76.1", region: "us-west-2", mirror: "aws/us-east-1" },
      { address: "192.0.2.1", region: null, mirror: expect.stringMatching(/^(cdn|store)\//) },
      { address: "garbage", region: null, mirror: expect.stringMatching(/^(cdn|store)\//) },
    ]);
    expect(told[0].reasons[0]).toEqual({ mirror: "aws/us-east-1", chosen: true, reason: expect.any(String) });
  });

  test("the clients that registry.k8s.io's tests name, in the shipped inventory", async () => {
    const regions: readonly (readonly [address: string, region: string | null])[] = [
      ["35.180.1.1", "eu-west-3"],
      ["35.250.1.1", null],
      ["35.0.1.1", null],
      ["52.94.76.1", "us-west-2"],
      ["52.94.77.1", "us-west-2"],
      ["52.93.127.172", "us-east-1"],
      ["2400:6500:0:9::1", "ap-southeast-3"],
      ["2400:6500:0:9::100", null],
      ["2600:1f01:4874::47", "us-west-2"],
      ["35.220.26.1", "europe-north1"],
      ["15.193.7.5", "us-west-2"],
      ["192.168.0.1", null],
    ];
    const addresses = regions.map(([address]) => address).join("\n");
    const { stdout } = await runProcess(["explain", blob, "--from", "-"], `${addresses}\n`);
    const told = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(told.map(({ address, network }) => [address, network.region])).toEqual(regions);
  });

  test("a host that is none of the inventory's: exit 2, naming those that are", async () => {
    const words = ["explain", blob, "--from", "52.94.76.1", "--inventory", small, "--host", "nope.example.org"];
    const { status, stderr } = await runMirrorform(words);
    expect(status).toBe(2);
    expect(stderr).toContain("there is no host nope.example.org; there are dl.example.org, registry.example.org");
  });

  test("what would move the cursor or reorder text is escaped, in results and in complaints", async () => {
    const from = ["--from", "192.0.2.1", "--inventory", small];
    const { stdout } = await runMirrorform(["explain", "/release/\x1b[2J\u202egnp.exe", ...from]);
    expect(stdout).toContain("/release/\\u001b[2J\\u202egnp.exe");
    const { status, stderr } = await runMirrorform(["explain", "a\n::error::\x9b2J", ...from]);
    expect(status).toBe(2);
    expect(stderr).toContain("a\\u000a");
    for (const text of [stdout, stderr]) expect(text).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}]|^::error/mu);
  });

  test.each([
    [["explain", blob, "--bogus"], "unknown option '--bogus'"],
    [["image", "--bogus"], "unknown option '--bogus'"],
    [["explain", blob], "required option '--from <address>' not specified"],
    [["image"], "required option '--base <image>' not specified"],
  ])("%j: %s", async (words, message) => {
    const { status, stderr } = await runMirrorform(words);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test("an address that is none: exit 2", async () => {
    const { status, stderr } = await runMirrorform(["explain", blob, "--from", "52.94.76", "--inventory", small]);
    expect(status).toBe(2);
    expect(stderr).toContain("--from takes an IPv4 or IPv6 address");
  });

  test("a path without a slash: exit 2", async () => {
    const { status, stderr } = await runMirrorform(["explain", "v2/", "--from", "192.0.2.1", "--inventory", small]);
    expect(status).toBe(2);
    expect(stderr).toContain("a path begins with a slash");
  });
});

describe("table", () => {
  test("writes what serve and the clouds load", async () => {
    const out = join(directory, "routing.table");
    const { status, stderr } = await runMirrorform(["table", "--inventory", small, "--out", out]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/routing\.table: 8 mirrors, \d+ networks, [\d,]+ KiB, of (\d{4}-\d\d-\d\dT|no known date)/);
    expect(readFileSync(out).subarray(0, 4).toString("latin1")).toBe("MFRT");
  });

  test.each([
    ["2026-11-21T14:21:19.000Z", "of 2026-11-21T14:21:19.000Z"],
    ["1970-01-01T00:00:00.000Z", "redirectors that have a table with a date refuse it"],
  ])("of %s is told to be %s", (issued, words) => {
    expect(describeTable(madeTable([], {}, { issued }), 0)).toContain(words);
  });
});

describe("serve", () => {
  test("answers, logs without the address, and ends quietly when told", async () => {
    const child = startMirrorform(
      [
        "serve",
        "--inventory",
        small,
        "--port",
        "0",
        "--client-address",
        "forwarded:1",
        "--log",
        "--presence",
        "assume",
      ],
      directory,
    );
    let stdout = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    const url = await new Promise<string>((resolve) => {
      let stderr = "";
      child.stderr.on("data", (chunk) => {
        stderr += chunk;
        const [, found] = /listening on (\S+)/.exec(stderr) ?? [];
        if (found) resolve(found);
      });
    });
    const answer = await fetch(url + blob, { redirect: "manual", headers: { "X-Forwarded-For": "52.94.76.1" } });
    expect(answer.status).toBe(307);
    expect(answer.headers.get("location")).toContain("artifacts-aws-us-east-1");
    child.kill("SIGINT");
    const [status] = await once(child, "close");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ class: "blob", mirror: "aws/us-east-1" });
    expect(stdout).not.toContain("52.94");
  });

  test("a taken port: exit 1, and the fix", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { status, stderr } = await runMirrorform(["serve", "--inventory", small, "--port", String(port)]);
    other.close();
    expect(status).toBe(1);
    expect(stderr).toContain(`port ${port}, is taken`);
    expect(stderr).toContain(`--port ${port + 1}`);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test("a taken port of the pages: the option that names it", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const words = ["serve", "--inventory", small, "--port", "0", "--status", String(port)];
    const { status, stderr } = await runMirrorform(words);
    other.close();
    expect(status).toBe(1);
    expect(stderr).toContain(`port ${port}, is taken`);
    expect(stderr).toContain(`--status ${port + 1}`);
  });

  test("a port of their own for the pages: both are named", async () => {
    const words = ["serve", "--inventory", small, "--port", "0"];
    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port } = free.address() as AddressInfo;
    free.close();
    await once(free, "close");
    const child = startMirrorform([...words, "--status", String(port)], directory);
    let stderr = "";
    await new Promise<void>((resolve) => {
      child.stderr.on("data", (chunk) => {
        stderr += chunk;
        if (/pages.*\n/.test(stderr)) resolve();
      });
      child.once("close", () => resolve());
    });
    child.kill("SIGINT");
    await once(child, "close");
    expect(stderr).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+$/m);
    expect(stderr).toContain(`the pages under /-/ are on http://127.0.0.1:${port}`);
  });

  test("one port for both: exit 2", async () => {
    const { status, stderr } = await runMirrorform([
      "serve",
      "--inventory",
      small,
      "--port",
      "8080",
      "--status",
      "8080",
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain("--status takes a port other than --port 8080");
  });

  test("a rule that is none: exit 2", async () => {
    const { status, stderr } = await runMirrorform(["serve", "--inventory", small, "--client-address", "guess"]);
    expect(status).toBe(2);
    expect(stderr).toContain("--client-address takes socket, forwarded:N");
  });
});

describe("start", () => {
  test("the whole way once: table of stacks, and commands that work as printed", async () => {
    writeFileSync(join(directory, "mirrors.yaml"), fixture("small"));
    const child = startMirrorform(["start", "--port", "0"], directory);
    let stdout = "";
    await new Promise<void>((resolve) => {
      child.stdout.on("data", (chunk) => {
        stdout += chunk;
        if (stdout.includes("Ctrl-C")) resolve();
      });
    });
    expect(stdout).toMatch(/^stack +cloud +foundation +registry +bucket +replication +dns +redirector +resources$/m);
    const commands = stdout.split("\n").filter((line) => line.startsWith("curl "));
    expect(commands).toHaveLength(3);
    for (const command of commands) {
      const [, address = "", url = ""] = /X-Forwarded-For: (\S+)' (\S+)$/.exec(command) ?? [];
      const answer = await fetch(url, { redirect: "manual", headers: { "X-Forwarded-For": address } });
      expect(answer.status).toBe(307);
    }
    child.kill("SIGINT");
    expect((await once(child, "close"))[0]).toBe(0);
    expect(readdirSync(join(directory, "cdktf.out", "stacks"))).toHaveLength(7);
  });
});

describe("ranges and schema", () => {
  test("ranges list tells ages and sizes", async () => {
    const { status, stdout } = await runMirrorform(["ranges", "list", "--json", "--inventory", small]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(["aws", "azure", "google", "asn"]),
    );
  });

  test("ranges update that cannot fetch: exit 3, nothing written", async () => {
    const text = fixture("smallest").replace(/networks:.*$/m, "");
    const inventory = join(directory, "mirrors.yaml");
    writeFileSync(
      inventory,
      text.replace("cloud: google\n", "cloud: google\n    networks: [{ cidr-list: http://127.0.0.1:9/none.txt }]\n"),
    );
    const ranges = join(directory, "ranges");
    const { status, stderr } = await runMirrorform(["ranges", "update", "--inventory", inventory, "--ranges", ranges]);
    expect({ status, stderr }).toMatchObject({ status: 3, stderr: expect.stringContaining("nothing was written") });
    expect(existsSync(ranges)).toBe(false);
  });

  test("schema prints a JSON Schema that takes the shipped inventory", async () => {
    const { status, stdout } = await runMirrorform(["schema"]);
    expect(status).toBe(0);
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(stdout));
    expect(validate(parse(fixture("small")))).toBe(true);
  });
});

describe("help and usage", () => {
  const every = (parent: Command): string[][] =>
    parent.commands.flatMap((child) => [[child.name()], ...every(child).map((words) => [child.name(), ...words])]);

  test.each([[[]], ...every(mirrorformProgram()).map((words) => [words])])(
    "%j --help: with an example",
    async (words) => {
      let told = "";
      const command = words.reduce<Command>(
        (parent, word) => parent.commands.find((child) => child.name() === word) ?? parent,
        mirrorformProgram(),
      );
      command.configureOutput({
        writeOut: (text) => {
          told += text;
        },
      });
      command.outputHelp();
      expect(told).toContain(["Usage: mirrorform", ...words].join(" "));
      expect(told).toMatch(/^Example:\n {2}mirrorform /m);
    },
  );

  test("--help is a result: exit 0", async () => {
    const { status, stdout, stderr } = await runMirrorform(["ranges", "update", "--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: mirrorform ranges update/);
  });

  test.each([
    {
      words: [
        "serve",
        "--port",
        "many",
        "--client-address",
        "guess",
        "--status",
        "x",
        "--log",
        "7",
        "--table",
        "ftp://x",
      ],
      mistakes: [/^--port takes .*many$/, /^--client-address takes/, /^--status takes/, /^--log takes/, /^--table: /],
    },
    { words: ["start", "--port", "65536"], mistakes: [/^--port takes a number from 0 to 65535, not 65536$/] },
    {
      words: ["explain", "v2", "--from", "x", "--at", "ftp://x"],
      mistakes: [/^a path begins with a slash/, /^--from takes/, /^--at takes the URL of a redirector/],
    },
    {
      words: ["export", "apache", "--listen", "x:y", "--client-address", "guess", "--json"],
      mistakes: [
        /^export knows nginx and envoy, not apache$/,
        /^--listen takes/,
        /^--client-address takes/,
        /^--json /,
      ],
    },
    { words: ["image", "--base", "x", "--push", "a@b"], mistakes: [/^--base takes/, /^--push takes/] },
  ])("$words: all mistakes at once, before any file is read", async ({ words, mistakes }) => {
    const { status, stdout, stderr } = await runMirrorform([...words, "--inventory", join(directory, "none.yaml")]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    const lines = stderr.trimEnd().split("\n");
    expect(lines).toHaveLength(mistakes.length);
    for (const [index, mistake] of mistakes.entries()) expect(lines[index]).toMatch(mistake);
  });

  test.each([[["serv"]], [["explain"]], [["ranges", "lis"]], [["schema", "x"]], [["synth", "--nothing"]]])(
    "%j: exit 2",
    async (words) => {
      const { status, stdout, stderr } = await runMirrorform(words);
      expect(status).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toContain("error:");
    },
  );
});
