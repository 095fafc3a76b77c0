import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { formatSystemError } from "../../cli/watch-output";
import { trialInventory } from "../peers/inventory";
import { isLong } from "../property-runs";
import { runMirrorform, startMirrorform } from "./run-mirrorform";

const root = join(__dirname, "..", "..");
const program = join(root, "bin", "mirrorform.js");
let folder: string;
let inventory: string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mirrorform-unwritable-"));
  const file = join(folder, "mirrors.yaml");
  writeFileSync(
    file,
    trialInventory({ originRegistry: 9, originFiles: 9, mirrorRegistry: 9, mirrorFiles: 9 }, "active"),
  );
  inventory = ["--inventory", file, "--allow-private-mirrors"];
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Waits for the end. @returns the status, and the last message, which is about the output */
async function waitForEnd(child: ReturnType<typeof startMirrorform>, stderr: Promise<string>) {
  const [status] = await once(child, "exit");
  const lines = (await stderr).trimEnd().split("\n");
  expect(lines.filter((line) => /^\s+at |Error:/.test(line))).toEqual([]);
  return { status, last: lines.at(-1) };
}

/** Runs the command with a full disk as its standard output. */
async function intoFullDisk(words: readonly string[]) {
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [program, ...words], { cwd: root, stdio: ["pipe", full, "pipe"] });
  closeSync(full);
  child.stdin?.on("error", () => {}).end("192.0.2.1\n".repeat(3));
  return waitForEnd(child as never, text(child.stderr as NonNullable<typeof child.stderr>));
}

/** Runs the command with a standard output whose reader has ended. */
async function intoClosedPipe(words: readonly string[]) {
  const child = startMirrorform(words, root);
  child.stdout.destroy();
  child.stdin.on("error", () => {}).end("192.0.2.1\n".repeat(3));
  return waitForEnd(child, text(child.stderr));
}

const explain = (...more: readonly string[]) => ["explain", "/file", "--host", "dl.example.org", ...more, ...inventory];

/** They write by the same function as the others. */
const others: readonly [string, () => string[]][] = [
  ["explain", () => explain("--from", "192.0.2.1")],
  ["export", () => ["export", "nginx", ...inventory]],
  ["ranges list", () => ["ranges", "list", ...inventory]],
];

test.each<[string, () => string[]]>([
  ["validate", () => ["validate", "--json", ...inventory]],
  ["explain with a list", () => explain("--from", "-")],
  ["synth", () => ["synth", "--out", join(folder, "out"), ...inventory]],
  ["schema", () => ["schema"]],
  ["the help", () => ["image", "--help"]],
  ...(isLong ? others : []),
])("%s, on a full disk or into a closed pipe: one line, and status 1", async (_, words) => {
  const [full, closed] = await Promise.all([intoFullDisk(words()), intoClosedPipe(words())]);
  expect(full).toEqual({
    status: 1,
    last: "cannot write the output: ENOSPC: no space left on device, write: free some space, or write elsewhere",
  });
  expect(closed).toEqual({
    status: 1,
    last: "the program that reads the output has ended: some output was lost",
  });
});

test.each<[string, () => string[]]>([
  ["table", () => ["table", "--out", "/dev/full", ...inventory]],
  ["export", () => ["export", "nginx", "--out", "/dev/full", ...inventory]],
])("%s into a file on a full disk: one line, and status 1", async (_, words) => {
  const { status, stderr } = await runMirrorform(words());
  expect(status).toBe(1);
  expect(stderr.trimEnd().split("\n").at(-1)).toBe(
    "ENOSPC: no space left on device, write: free some space, or write elsewhere",
  );
  expect(stderr).not.toMatch(/^\s+at /m);
});

test("a closed standard error does not change the result", async () => {
  const child = startMirrorform(["validate", "--json", ...inventory], root);
  child.stderr.destroy();
  const printed = text(child.stdout);
  expect((await once(child, "exit"))[0]).toBe(0);
  expect(JSON.parse(await printed)).toMatchObject({ ok: true });
});

test.each<[NodeJS.ErrnoException, string]>([
  [
    Object.assign(new Error("EACCES: permission denied, open 'a\u001b'"), { code: "EACCES", path: "a\u001b" }),
    "EACCES: permission denied, open 'a\\u001b': choose another file or directory, or make this one accessible",
  ],
  [
    Object.assign(new Error("ENOSPC: no space left on device, mkdir 'a'"), { code: "ENOSPC", path: "a" }),
    "ENOSPC: no space left on device, mkdir 'a': free some space, or write elsewhere",
  ],
  [Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" }), "EMFILE: too many open files"],
])("%s as text", (error, words) => {
  expect(formatSystemError(error)).toBe(words);
});
