import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parseTar } from "nanotar";
import { adaptRunToPromoter, createPromoterAddition } from "../../packaging/promoter-addition";
import { fixture } from "../routing/tables";

const parts = {
  created: new Date(0),
  version: "1.0.0",
  source: "https://example.org/about",
  base: { host: "registry.example.org", name: "node", digest: `sha256:${"0".repeat(64)}` },
};

/** Generous: a larger bundle holds something that the promoter does not need, such as CDKTF. */
const mostBytes = 3 * 1024 * 1024;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mirrorform-promoter-test-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("the layer holds one program, which checks manifests without anything else", () => {
  const { layer } = createPromoterAddition(parts);
  const files = parseTar(gunzipSync(layer.bytes)).filter(({ type }) => type === "file");
  expect(files.map(({ name }) => name)).toEqual(["app/mirrorform.js"]);
  const [{ data = new Uint8Array() } = {}] = files;
  expect(data.length).toBeLessThan(mostBytes);
  writeFileSync(join(folder, "mirrorform.js"), data);
  writeFileSync(join(folder, "mirrors.yaml"), fixture("small"));
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [join(folder, "mirrorform.js"), ...words], { cwd: folder, encoding: "utf8" });
  expect(run("promote", "--help")).toMatchObject({ status: 0, stderr: "" });
  const validated = run("promote", "validate", "--json");
  expect(JSON.parse(validated.stdout)).toMatchObject({ projects: 0, images: 0, files: 0 });
  expect(run("synth")).toMatchObject({ status: 2 });
});

test.each([
  [{ Entrypoint: ["/nodejs/bin/node"] }, ["/nodejs/bin/node", "/app/mirrorform.js"]],
  [{ Entrypoint: ["docker-entrypoint.sh"], Cmd: ["node"] }, ["node", "/app/mirrorform.js"]],
])("what follows the image's name are the program's arguments: %j", (base, Entrypoint) => {
  expect(adaptRunToPromoter(base)).toEqual({
    Entrypoint,
    Cmd: ["promote", "--help"],
    User: "65532:65532",
    WorkingDir: "/work",
  });
});
