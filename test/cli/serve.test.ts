import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runMirrorform, startMirrorform } from "./run-mirrorform";
import { ofSmall } from "./small-inventory";

const blob = `/v2/pause/blobs/sha256:${"a".repeat(64)}`;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mirrorform-cli-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

test("answers, logs no address, and ends cleanly on a signal", async () => {
  const child = startMirrorform(
    ["serve", ...ofSmall, "--port", "0", "--client-address", "forwarded:1", "--log", "--presence", "assume"],
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

test("a port in use: exit 1 with the fix", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { status, stderr } = await runMirrorform(["serve", ...ofSmall, "--port", String(port)]);
  other.close();
  expect(status).toBe(1);
  expect(stderr).toContain(`port ${port}, is in use`);
  expect(stderr).toContain(`--port ${port + 1}`);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test("a port in use for the pages: names the option", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const words = ["serve", ...ofSmall, "--port", "0", "--status", String(port)];
  const { status, stderr } = await runMirrorform(words);
  other.close();
  expect(status).toBe(1);
  expect(stderr).toContain(`port ${port}, is in use`);
  expect(stderr).toContain(`--status ${port + 1}`);
});

test("a separate port for the pages: prints both", async () => {
  const words = ["serve", ...ofSmall, "--port", "0"];
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
  const { status, stderr } = await runMirrorform(["serve", ...ofSmall, "--port", "8080", "--status", "8080"]);
  expect(status).toBe(2);
  expect(stderr).toContain("--status must be a port other than --port 8080");
});

test("an invalid rule: exit 2", async () => {
  const { status, stderr } = await runMirrorform(["serve", ...ofSmall, "--client-address", "guess"]);
  expect(status).toBe(2);
  expect(stderr).toContain("--client-address must be socket, forwarded:N");
});
