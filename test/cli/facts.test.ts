import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { fixture } from "../routing/tables";
import { runMirrorform } from "./run-mirrorform";

let folder: string;
let facts: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mirrorform-facts-"));
  facts = join(folder, "deployed.yaml");
  writeFileSync(join(folder, "mirrors.yaml"), fixture("small"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function writeOutputs(stack: string, values: Readonly<Record<string, unknown>>): string {
  const outputs = Object.entries(values).map(([name, value]) => [name, { sensitive: false, type: "dynamic", value }]);
  const file = join(folder, `${stack}.json`);
  writeFileSync(file, JSON.stringify(Object.fromEntries(outputs)));
  return file;
}

const run = (...words: readonly string[]) => runMirrorform(["facts", ...words], folder);

const awsStores = { bucket: ["eu-west-1", "us-east-1"], registry: ["us-east-1"] };
const googleStores = { bucket: ["europe-west1", "us-central1"], registry: ["us-central1"] };

test("a first deployment: lists the origin at once, and other stores with --filled", async () => {
  writeOutputs("google-storage", { stores: googleStores });
  writeOutputs("aws-storage", { stores: awsStores, distributions: { "eu-west-1": "d111111abcdef8.cloudfront.net" } });
  writeOutputs("google-redirector", {
    addresses: { ipv4: "192.0.2.10", ipv6: "2001:db8::10" },
    validations: {
      "registry.example.org": {
        name: "_acme-challenge.registry.example.org.",
        value: "a.authorize.certificatemanager.goog.",
      },
    },
  });
  const first = await run(".");
  expect(first.status).toBe(0);
  expect(first.stderr).toContain("run `mirrorform facts --filled aws/us-east-1`");
  expect(parse(readFileSync(facts, "utf8"))).toEqual({
    aws: { distributions: { "eu-west-1": "d111111abcdef8.cloudfront.net" } },
    google: {
      addresses: { ipv4: "192.0.2.10", ipv6: "2001:db8::10" },
      validations: {
        "registry.example.org": {
          name: "_acme-challenge.registry.example.org",
          value: "a.authorize.certificatemanager.goog",
        },
      },
      stores: { bucket: ["us-central1"], registry: ["us-central1"] },
    },
  });
  const second = await run("aws-storage.json", "google-storage=google-storage.json", "--filled", "aws", "--json");
  expect(JSON.parse(second.stdout)).toMatchObject({
    written: true,
    unlisted: [{ provider: "google", region: "europe-west1" }],
  });
  expect(parse(readFileSync(facts, "utf8")).aws.stores).toEqual(awsStores);
  const check = await run("aws-storage.json", "--check");
  expect(check.status).toBe(0);
}, 60_000);

test.each<[string, string, unknown, string]>([
  [
    "another host",
    "distributions",
    { "eu-west-1": "evil.example.com" },
    "is not the name of a CloudFront distribution",
  ],
  ["text for a mapping", "stores", "eu-west-1", "a mapping is expected here"],
  [
    "control characters",
    "distributions",
    { "eu-west-1": "\u001b[31m" },
    "is not the name of a CloudFront distribution",
  ],
  ["a region that the inventory does not have", "stores", { bucket: ["us-west-1"], registry: [] }, "mirror/vanished"],
])("outputs with %s: exit 1, nothing written", async (_, output, value, words) => {
  writeOutputs("aws-storage", { [output]: value });
  const { status, stderr } = await run(
    "aws-storage.json",
    ...(output === "stores" && typeof value === "object" ? ["--filled", "aws"] : []),
  );
  expect(status).toBe(1);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain("\u001b");
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(facts)).toBe(false);
});

test("runs Terraform, or tofu, for initialized stacks", async () => {
  const program = join(folder, "tofu");
  const outputs = writeOutputs("outputs", { stores: googleStores });
  writeFileSync(program, `#!/bin/sh\n[ "$2 $3" = "output -json" ] && cat ${outputs}\n`);
  chmodSync(program, 0o755);
  mkdirSync(join(folder, "cdktf.out", "stacks", "google-storage", ".terraform"), { recursive: true });
  const { status, stdout, stderr } = await run("--terraform", program);
  expect([status, stderr]).toEqual([0, expect.stringContaining("aws-storage: not initialized here")]);
  expect(stdout).toBe("+ google.stores.bucket.us-central1\n+ google.stores.registry.us-central1\n");
  const none = await run("--terraform", "no-such-program");
  expect([none.status, none.stderr]).toEqual([1, expect.stringContaining("no-such-program is not on the PATH")]);
}, 60_000);

test("--check: exit 1 if there is a difference, and the file stays", async () => {
  writeFileSync(facts, "# mine\n");
  writeOutputs("google-storage", { stores: googleStores });
  const { status, stderr } = await run("google-storage.json", "--check");
  expect([status, stderr]).toEqual([1, expect.stringContaining("run `mirrorform facts`")]);
  expect(readFileSync(facts, "utf8")).toBe("# mine\n");
});

test("a missing file: exit 1 with its name", async () => {
  const { status, stderr } = await run("nothere.json");
  expect([status, stderr]).toEqual([1, "file not found: nothere.json\n"]);
});
