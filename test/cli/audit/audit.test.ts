import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type AuditCommandOptions, auditCommand } from "../../../cli/audit/audit";
import type { OpenedAudit } from "../../../cli/audit/opened-audit";
import { Failure } from "../../../cli/failure";
import { encodeLedger } from "../../../promotion/ledger/encode-ledger";
import { ledgerKey } from "../../../promotion/ledger/ledger-object";
import { LocalBucket } from "../../../stores/local/local-bucket";
import { LocalRegistry } from "../../../stores/local/local-registry";
import { createContent, createJsonContent, descriptorOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { Repository } from "../../../stores/registry/repository";
import { runHere } from "../run-mirrorform";

const fixture = join(__dirname, "../../fixtures/inventories/promotion.yaml");
const config = createJsonContent(mediaTypes.config, { os: "linux" });
const layer = createContent(mediaTypes.layer, Buffer.alloc(1_000, 1));
const release = createJsonContent(mediaTypes.manifest, {
  schemaVersion: 2,
  mediaType: mediaTypes.manifest,
  config: descriptorOf(config),
  layers: [descriptorOf(layer)],
});
const repository = "etcd/etcd";

let folder = "";
let registry: LocalRegistry;
let files: LocalBucket;
let table: LocalBucket;

function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function openAudit(): OpenedAudit {
  const base = { mirror: "google/us-central1", isOrigin: true, filling: "run", mayRemove: false } as const;
  const findLogin = async () => undefined;
  return {
    targets: [
      { ...base, kind: "registry", host: registry.host, root: "", findLogin },
      { ...base, kind: "files", bucket: files, keyOf: (path) => path },
    ],
    unplaced: [],
    open: ({ host }, name) => new Repository({ host, name, access: "pull", findLogin, pauses: [1, 1, 1] }),
    listRepositories: async () => undefined,
    tables: [table],
  };
}

const audit = (options: Partial<AuditCommandOptions> = {}) =>
  runHere(async () => {
    try {
      await auditCommand({ inventory: "mirrors.yaml", allowPrivateMirrors: true, seed: "1", ...options }, openAudit);
      return 0;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      process.stderr.write(`${error.message}\n`);
      return error.status;
    }
  }, folder);

beforeEach(async () => {
  registry = await new LocalRegistry().start();
  files = new LocalBucket({ url: "gs://files" });
  table = new LocalBucket({ url: "gs://table" });
  folder = mkdtempSync(join(tmpdir(), "audit-"));
  copyFileSync(fixture, join(folder, "mirrors.yaml"));
  write("releases/etcd/images.yaml", `- name: etcd\n  dmap:\n    "${release.digest}": ["3.6.0"]\n`);
  for (const { digest, bytes } of [config, layer]) registry.blobs.set(`${repository} ${digest}`, bytes);
  registry.tag(repository, release, "3.6.0");
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await registry.stop();
});

test("an audit reports in every form", async () => {
  const { status, stdout, stderr } = await audit({ report: "audit.md", metrics: "audit.prom" });
  expect(stdout).toMatchInlineSnapshot(`
"provider  store                          artifacts  there  missing  other bytes  unexpected  unread  read and hashed
google    us-central1 files (origin)             0      0        0            0           0       0  0 (0 B)
google    us-central1 registry (origin)          1      1        0            0           0       0  3 (1.4 kB)

2 stores hold what was promoted, and nothing else; 10 objects of each store chosen with seed 1
"
`);
  expect({ status, stderr }).toMatchInlineSnapshot(`
{
  "status": 0,
  "stderr": "there is no ledger of promotions yet: everything that the manifests promise is expected
",
}
`);
  expect(readFileSync(join(folder, "audit.md"), "utf8")).toMatchInlineSnapshot(`
"### Audit

2 stores hold what was promoted, and nothing else; 10 objects of each store chosen with seed 1.

| provider | store | artifacts | there | missing | other bytes | unexpected | unread | read and hashed |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| google | us-central1 files (origin) | 0 | 0 | 0 | 0 | 0 | 0 | 0 (0 B) |
| google | us-central1 registry (origin) | 1 | 1 | 0 | 0 | 0 | 0 | 3 (1.4 kB) |
"
`);
  expect(readFileSync(join(folder, "audit.prom"), "utf8")).toContain("mirrorform_audit_clean 1\n");
});

test("what is wrong is named, with status 3", async () => {
  registry.tag(repository, createJsonContent(mediaTypes.index, { schemaVersion: 2, manifests: [] }), "latest");
  registry.blobs.delete(`${repository} ${layer.digest}`);
  const { status, stdout, stderr } = await audit();
  expect(stdout.replaceAll(layer.digest, "LAYER")).toMatchInlineSnapshot(`
"provider  store                          artifacts  there  missing  other bytes  unexpected  unread  read and hashed
google    us-central1 files (origin)             0      0        0            0           0       0  0 (0 B)
google    us-central1 registry (origin)          1      0        1            0           1       0  2 (415 B)

missing at google/us-central1 registry: etcd/etcd@LAYER: the blob is not there
unexpected at google/us-central1 registry: etcd/etcd:latest: nobody promoted this tag

2 findings; 10 objects of each store chosen with seed 1
"
`);
  expect({ status, stderr: stderr.split("\n").at(-2) }).toMatchInlineSnapshot(`
{
  "status": 3,
  "stderr": "2 findings: the mirrors differ from what was promoted; --repair FILE writes a plan that copies again what is missing or damaged",
}
`);
  const { targets, findings } = JSON.parse((await audit({ json: true })).stdout);
  expect(targets[1]).toMatchObject({ target: "google/us-central1 registry", artifacts: 1, missing: 1, unexpected: 1 });
  expect(findings).toHaveLength(2);
});

test("with a ledger, what was promoted before is expected as well", async () => {
  const image = {
    project: "etcd",
    repository,
    digest: release.digest,
    tags: ["3.6.0", "3.6"],
    promotion: 1,
    manifests: [],
    blobs: [config.digest, layer.digest],
  };
  const ledger = { format: 1, newest: 1, images: [image], files: [], complete: {}, covered: ["etcd"] } as const;
  table.hold(ledgerKey, await encodeLedger(ledger));
  expect((await audit()).stdout).toContain(
    "missing at google/us-central1 registry: etcd/etcd:3.6: the tag is not there",
  );
  table.hold(ledgerKey, "damaged");
  expect(await audit()).toMatchObject({ status: 1, stderr: expect.stringContaining("cannot be used") });
});

test.each([
  [{ sample: "some" }, "--sample must be a number of objects, or `all`, not some\n"],
  [{ seed: "a b" }, "--seed must be 1 to 64 letters, digits and hyphens, not a b\n"],
])("%j is refused", async (options, stderr) => {
  expect(await audit(options)).toMatchObject({ status: 2, stderr });
});

test("without a ledger, manifests with errors are refused", async () => {
  write("releases/etcd/images.yaml", "- name: etcd\n  dmap: 1\n");
  expect(await audit()).toMatchObject({ status: 1, stderr: expect.stringContaining("correct the manifests first") });
});

test("a plan of repairs is written, for promote run", async () => {
  files.hold("etcd/etcd.tar.gz", "other");
  write(
    "releases/etcd/files.yaml",
    `files:\n- name: etcd.tar.gz\n  sha256: ${createContent("", Buffer.from("right")).digest.slice(7)}\n`,
  );
  const { status, stderr } = await audit({ repair: "repair.json" });
  expect({ status, stderr: stderr.split("\n").slice(1) }).toMatchInlineSnapshot(`
{
  "status": 3,
  "stderr": [
    "no mirror has etcd/etcd.tar.gz with the SHA-256 27042f4e6eca7d0b2a7ee4026df2ecfa51d3339e6d122aa099118ecd8563bad9. Publish it again in staging and run \`mirrorform promote run\`, or withdraw it.",
    "repair.json: 0 artifacts to repair; review it, then run \`mirrorform promote run --plan repair.json\`",
    "1 finding: the mirrors differ from what was promoted",
    "",
  ],
}
`);
  expect(JSON.parse(readFileSync(join(folder, "repair.json"), "utf8"))).toMatchObject({ repairs: true, files: [] });
});
