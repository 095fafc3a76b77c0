import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseSamplePath } from "../../cli/start";
import { fixture, inventoryOf, ranges } from "../routing/tables";
import { startMirrorform } from "./run-mirrorform";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mirrorform-cli-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

test("prints the stacks, and commands that work", async () => {
  writeFileSync(join(directory, "mirrors.yaml"), fixture("small"));
  const child = startMirrorform(["start", "--port", "0", "--ranges", ranges], directory);
  let stdout = "";
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      if (stdout.includes("Ctrl-C")) resolve();
    });
  });
  expect(stdout).toMatch(/^stack +cloud +resources +capabilities$/m);
  expect(stdout).toMatch(/^aws-dns +aws +\d+ +dns \d+$/m);
  const commands = stdout.split("\n").filter((line) => line.startsWith("curl "));
  expect(commands).toHaveLength(3);
  for (const command of commands) {
    const [, address = "", url = ""] = /X-Forwarded-For: (\S+)' (\S+)$/.exec(command) ?? [];
    const answer = await fetch(url, { redirect: "manual", headers: { "X-Forwarded-For": address } });
    expect(answer.status).toBe(307);
  }
  child.kill("SIGINT");
  expect((await once(child, "close"))[0]).toBe(0);
  expect(readdirSync(join(directory, "cdktf.out", "stacks"))).toHaveLength(10);
});

test.each([
  ["hosts that serve images", "small", (text: string) => text, /^\/v2\/pause\/blobs\/sha256:/],
  ["hosts of files", "small", (text: string) => text.replace("[images]", "[files]"), /^\/example\.tar\.gz$/],
  [
    "a host with paths of its own",
    "small",
    (text: string) =>
      text.replace(
        "registry.example.org: { serves: [images] }",
        "a.example.org: { serves: [files], paths: { rel: r } }",
      ),
    /^\/rel\/example\.tar\.gz$/,
  ],
])("the sample path is served: %s", (_, name, changed, path) => {
  expect(chooseSamplePath(inventoryOf(changed(fixture(name))))).toMatch(path);
});
