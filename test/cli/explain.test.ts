import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runMirrorform } from "./run-mirrorform";
import { ofSmall } from "./small-inventory";

const blob = `/v2/pause/blobs/sha256:${"a".repeat(64)}`;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mirrorform-cli-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

test("as text", async () => {
  const { status, stdout } = await runMirrorform([
    ...["explain", blob, "--from", "52.94.76.1", ...ofSmall, "--presence", "assume"],
  ]);
  expect(status).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
"GET https://registry.example.org/v2/pause/blobs/sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
client  52.94.76.1: aws, us-west-2, AS16509
request blob
answer  307 https://artifacts-aws-us-east-1.s3.dualstack.us-east-1.amazonaws.com/containers/images/sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
mirror  aws/us-east-1 is aws's, 3,503 km from us-west-2

Not chosen, the best first:
  store/germany serves unaffiliated clients: weight 10, chosen by a hash of client and object
  cdn/everywhere serves unaffiliated clients: weight 20, chosen by a hash of client and object
  google/us-central1 is the origin, the last fallback
  aws/eu-west-1 is not deployed yet: its CloudFront domain is not in \`distributions\` in deployed.yaml
  each of these serves only azure's own clients:
    azure/eastus, azure/westeurope
  google/europe-west1 serves only google's own clients
"
`);
});

test("reads addresses from the standard input, and prints one JSON object per line", async () => {
  const words = ["explain", "/bin/kubectl", "--from", "-", ...ofSmall, "--presence", "assume"];
  const { status, stdout } = await runMirrorform(words, undefined, "52.94.76.1\n\n192.0.2.1\ngarbage\n");
  expect(status).toBe(0);
  const explained = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(explained.map(({ address, network, mirror }) => ({ address, region: network.region, mirror }))).toEqual([
    { address: "52.94.76.1", region: "us-west-2", mirror: "aws/us-east-1" },
    { address: "192.0.2.1", region: null, mirror: expect.stringMatching(/^(cdn|store)\//) },
    { address: "garbage", region: null, mirror: expect.stringMatching(/^(cdn|store)\//) },
  ]);
  expect(explained[0].reasons[0]).toEqual({ mirror: "aws/us-east-1", chosen: true, reason: expect.any(String) });
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
  const { stdout } = await runMirrorform(["explain", blob, "--from", "-"], undefined, `${addresses}\n`);
  const explained = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(explained.map(({ address, network }) => [address, network.region])).toEqual(regions);
});

test("an unknown host: exit 2, listing the known ones", async () => {
  const words = ["explain", blob, "--from", "52.94.76.1", ...ofSmall, "--host", "nope.example.org"];
  const { status, stderr } = await runMirrorform(words);
  expect(status).toBe(2);
  expect(stderr).toContain("unknown host nope.example.org; the hosts are dl.example.org, registry.example.org");
});

test("escapes control characters in results and in messages", async () => {
  const from = ["--from", "192.0.2.1", ...ofSmall];
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

test("an invalid address: exit 2", async () => {
  const { status, stderr } = await runMirrorform(["explain", blob, "--from", "52.94.76", ...ofSmall]);
  expect(status).toBe(2);
  expect(stderr).toContain("--from must be an IPv4 or IPv6 address");
});

test("a path without a slash: exit 2", async () => {
  const { status, stderr } = await runMirrorform(["explain", "v2/", "--from", "192.0.2.1", ...ofSmall]);
  expect(status).toBe(2);
  expect(stderr).toContain("the path must start with a slash");
});
