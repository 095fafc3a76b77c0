import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { fixture, ranges } from "../routing/tables";
import { type Run, runMirrorform } from "./run-mirrorform";
import { writeProject } from "./write-project";

let inventory: string;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mirrorform-export-"));
  inventory = writeProject(directory, fixture("conformance"));
});

afterEach(() => rmSync(directory, { recursive: true }));

/** `export` of an inventory, with the ranges of the tests. */
function runExport(program: string, file: string, ...words: readonly string[]): Promise<Run> {
  return runMirrorform(["export", program, "--inventory", file, "--ranges", ranges, ...words]);
}

/** The fixture with a mirror that is not declared complete. */
function incomplete(): string {
  const text = fixture("conformance");
  const changed = text.replace("    cloud: external\n    presence: complete\n", "    cloud: external\n");
  expect(changed).not.toBe(text);
  return writeProject(directory, changed);
}

test("prints only the configuration, with the default address", async () => {
  const { status, stdout, stderr } = await runExport("nginx", inventory);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^# Redirects like mirrorform's redirector\..*\n(?:.*\n)*http \{\n/);
  expect(stdout).toContain("listen 127.0.0.1:8080 default_server;");
  expect(stderr).toContain("nginx: includes all mirrors\n");
});

test("writes a file for another address and another client address rule", async () => {
  const out = join(directory, "envoy.yaml");
  const words = ["--out", out, "--listen", "[::1]:8443", "--client-address", "forwarded:2", "--json"];
  const { status, stdout } = await runExport("envoy", inventory, ...words);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ program: "envoy", out, leftOut: [] });
  const [listener] = parse(readFileSync(out, "utf8")).static_resources.listeners;
  expect(listener.address).toEqual({ socket_address: { address: "::1", port_value: 8443 } });
  expect(JSON.stringify(listener)).toContain('"xff_num_trusted_hops":2');
});

test("reports mirrors that are left out, as text and as JSON", async () => {
  const out = join(directory, "nginx.conf");
  const { status, stdout, stderr } = await runExport("nginx", incomplete(), "--out", out, "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout).leftOut).toEqual(["cdn/everywhere"]);
  expect(stderr).toContain(
    "leaves out 1 mirror that may lack objects, because it cannot probe mirrors: cdn/everywhere",
  );
});

test("an inventory that the program cannot express: exit 1 with the entry and the fix, and no file", async () => {
  const file = writeProject(
    directory,
    fixture("conformance").replace("net/files/{path}", `net/${"a".repeat(4_096)}/{path}`),
  );
  const out = join(directory, "nginx.conf");
  const { status, stdout, stderr } = await runExport("nginx", file, "--out", out);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^nginx cannot express the inventory:$/m);
  expect(stderr).toMatch(/^providers\.cdn\.mirrors\.everywhere: .*\n {2}Shorten it\.$/m);
  expect(existsSync(out)).toBe(false);
});

test("an origin that is not deployed yet: exit 1 with its name, and no file", async () => {
  rmSync(join(directory, "deployed.yaml"));
  const out = join(directory, "nginx.conf");
  const { status, stderr } = await runExport("nginx", inventory, "--out", out);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^providers\.google\.mirrors\.us-central1: the origin google\/us-central1 is not deployed yet/m,
  );
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(out)).toBe(false);
});

test("an inventory with errors: exit 1, and no file", async () => {
  const out = join(directory, "nginx.conf");
  const none = join(directory, "none.yaml");
  const { status, stderr } = await runExport("nginx", none, "--out", out);
  expect(status).toBe(1);
  expect(stderr).toContain("nothing was done");
  expect(existsSync(out)).toBe(false);
});
