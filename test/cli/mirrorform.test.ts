import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import type { Command } from "commander";
import { parse } from "yaml";
import { mirrorformProgram } from "../../cli/mirrorform";
import { describeTable } from "../../cli/table";
import { madeTable } from "../routing/handmade-table";
import { fixture } from "../routing/tables";
import { runMirrorform } from "./run-mirrorform";
import { ofSmall, small } from "./small-inventory";

const fixtures = join(__dirname, "..", "fixtures", "inventories");
const broken = join(fixtures, "broken", "several-at-once.yaml");
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mirrorform-cli-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

describe("validate", () => {
  test("a valid inventory: exit 0, warnings only", async () => {
    const { status, stdout } = await runMirrorform(["validate", "--json", ...ofSmall]);
    expect(status).toBe(0);
    const { ok, problems } = JSON.parse(stdout);
    expect(ok).toBe(true);
    expect(new Set(problems.map(({ severity }: { severity: string }) => severity))).toEqual(new Set(["warning"]));
    const rules = new Set(problems.map(({ rule }: { rule: string }) => rule));
    expect(rules).toEqual(new Set(["mirror/not-deployed", "origin/not-deployed", "ranges/stale"]));
  });

  test("an invalid one: exit 1, each problem as file:line:column severity[rule] message, with the lines and the fix", async () => {
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

  test("a missing file: one clear error", async () => {
    const { status, stdout, stderr } = await runMirrorform(["validate", "--inventory", join(directory, "none.yaml")]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/none\.yaml:1:1 error\[file\/unreadable\]/);
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
  });

  test("a file as an argument: suggests the option", async () => {
    const { status, stderr } = await runMirrorform(["validate", "other.yaml"]);
    expect(status).toBe(2);
    expect(stderr).toContain("Pass the inventory as an option: --inventory other.yaml");
    const port = await runMirrorform(["start", "8081"]);
    expect([port.status, port.stderr]).toEqual([2, expect.not.stringContaining("--inventory 8081")]);
  });

  test("missing ranges are errors, with the fix", async () => {
    const { status, stdout } = await runMirrorform(["validate", "--inventory", small, "--ranges", directory]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/error\[ranges\/unreadable\]/);
    expect(stdout).toContain("mirrorform ranges update");
  });
});

test("validate warns about an ASN without known prefixes", async () => {
  const inventory = join(directory, "mirrors.yaml");
  writeFileSync(inventory, fixture("small").replace("asn: [24940]", "asn: [24940, 64500]"));
  const { status, stdout } = await runMirrorform(["validate", "--inventory", inventory]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/mirrors\.yaml:64:16 warning\[ranges\/absent\] no prefixes are known for AS64500/);
});

describe("table", () => {
  test("writes a file that serve and the clouds load", async () => {
    const out = join(directory, "routing.table");
    const { status, stderr } = await runMirrorform(["table", ...ofSmall, "--out", out]);
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /routing\.table: 8 mirrors, \d+ networks, [\d,]+ KiB, (issued \d{4}-\d\d-\d\dT|without a date)/,
    );
    expect(readFileSync(out).subarray(0, 4).toString("latin1")).toBe("MFRT");
  });

  test.each([
    ["2026-11-21T14:21:19.000Z", "issued 2026-11-21T14:21:19.000Z"],
    ["1970-01-01T00:00:00.000Z", "redirectors that have a dated table refuse it"],
  ])("issued %s: %s", (issued, words) => {
    expect(describeTable(madeTable([], {}, { issued }), 0)).toContain(words);
  });
});

describe("ranges and schema", () => {
  test("ranges list prints ages and sizes", async () => {
    const { status, stdout } = await runMirrorform(["ranges", "list", "--json", ...ofSmall]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(["aws", "azure", "google", "asn"]),
    );
  });

  test("ranges update without an answer: exit 3, nothing written", async () => {
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

  test("schema prints a JSON Schema that accepts an inventory", async () => {
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
      let help = "";
      const command = words.reduce<Command>(
        (parent, word) => parent.commands.find((child) => child.name() === word) ?? parent,
        mirrorformProgram(),
      );
      command.configureOutput({
        writeOut: (text) => {
          help += text;
        },
      });
      command.outputHelp();
      expect(help).toContain(["Usage: mirrorform", ...words].join(" "));
      expect(help).toMatch(/^Example:\n {2}mirrorform /m);
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
      mistakes: [
        /^--port must be .*many$/,
        /^--client-address must be/,
        /^--status must be/,
        /^--log must be/,
        /^--table: /,
      ],
    },
    { words: ["start", "--port", "65536"], mistakes: [/^--port must be a number from 0 to 65535, not 65536$/] },
    {
      words: ["explain", "v2", "--from", "x", "--at", "ftp://x"],
      mistakes: [/^the path must start with a slash/, /^--from must be/, /^--at must be the URL of a redirector/],
    },
    {
      words: ["export", "apache", "--listen", "x:y", "--client-address", "guess", "--json"],
      mistakes: [
        /^export supports nginx and envoy, not apache$/,
        /^--listen must be/,
        /^--client-address must be/,
        /^--json /,
      ],
    },
    { words: ["image", "--base", "x", "--push", "a@b"], mistakes: [/^--base must be/, /^--push must be/] },
  ])("$words: reports all mistakes at once, before any file is read", async ({ words, mistakes }) => {
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
