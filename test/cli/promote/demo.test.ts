import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalRegistry } from "../../../stores/local/local-registry";
import { isLong } from "../../property-runs";
import { runMirrorform, startMirrorform } from "../run-mirrorform";

afterEach(() => jest.restoreAllMocks());

test("shows a promotion, and every claim holds", async () => {
  const { status, stdout, stderr } = await runMirrorform(["promote", "demo"]);
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.stringMatching(/^all 36 claims held, in \d+\.\d s\n$/),
  });
  expect(stdout).not.toContain("FAILED");
  expect(stdout).toMatch(/^ {3}ok: staging was read once: 3\.5 MB for 3\.5 MB of content/m);
  expect(stdout).toMatch(
    /^ {3}ok: at the registries, \d+ writes of content came first, then the tag at 1 mirror, and/m,
  );
  expect(stdout).toMatch(/^ {3}ok: it wrote nothing, and asked 9 stores with \d+ requests in \d+ ms$/m);
  expect(stdout).toMatch(/^ {3}\| promotions\/app\/images\.yaml:3:5 error\[manifest\/tag-conflict\] /m);
  expect(stdout).toMatch(/under a new tag in promotions\/app\/images\.yaml:3:5/);
  expect(stdout).toMatch(
    /^ {3}ok: hoster\/falkenstein has no `withdrawal: true` and still holds the bytes, .* gets 404 and 410 all the same$/m,
  );
  expect(stdout).toMatch(/^ {3}\| other at aws\/us-east-2 files: tools\/v1\.0\.0\/linux\/amd64\/tool: its bytes have/m);
  expect(stdout).toMatch(/^hoster\/falkenstein registry +1 +13 +2\.3 MB +digest(?:, read back)? +every byte$/m);
});

test("prints JSON, and nothing else on the standard output", async () => {
  const { status, stdout } = await runMirrorform(["promote", "demo", "--json"]);
  expect(status).toBe(0);
  const summary = JSON.parse(stdout);
  expect(summary).toMatchObject({ ok: true, seconds: expect.any(Number) });
  expect(summary.claims).toHaveLength(36);
  expect(summary.claims).toContainEqual({
    step: "v1.1.0 is promoted, and staging sends a wrong byte",
    claim: "v1.1.0 is visible nowhere",
    holds: true,
  });
  expect(summary.stores).toContainEqual({
    target: "aws/us-east-2 files",
    artifacts: 2,
    objects: 2,
    bytes: 600_007,
    verifiedBy: ["sha256"],
  });
});

test("fails if a claim does not hold", async () => {
  jest.spyOn(LocalRegistry.prototype, "tagsOf").mockReturnValue({ "v1.1.0": "sha256:0" });
  const { status, stdout, stderr } = await runMirrorform(["promote", "demo"]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: "2 of 36 claims did not hold\n" });
  expect(stdout).toContain("FAILED: v1.1.0 is visible nowhere");
});

interface Ending {
  readonly name: string;
  readonly stop: (child: ReturnType<typeof startMirrorform>) => unknown;
  readonly message: string;
}

const readerEnds: Ending = {
  name: "when the program that reads the output ends",
  stop: (child) => child.stdout.destroy(),
  message: "the program that reads the output has ended: some output was lost\n",
};

describe("leaves nothing behind", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "demo-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test.each<Ending>([
    { name: "at Ctrl-C", stop: (child) => child.kill("SIGINT"), message: "stopped; nothing is left behind\n" },
    ...(isLong ? [readerEnds] : []),
  ])("$name", async ({ stop, message }) => {
    const child = startMirrorform(["promote", "demo"], undefined, { TMPDIR: folder });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    await once(child.stdout, "data");
    stop(child);
    expect((await once(child, "close"))[0]).toBe(1);
    expect(stderr).toBe(message);
    expect(readdirSync(folder).filter((name) => name.startsWith("mirrorform-"))).toEqual([]);
  });
});
