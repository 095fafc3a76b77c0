import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checksum, digest, filestores, registries, writeTree } from "../promotion/manifests/manifest-tree";
import { runMirrorform } from "./run-mirrorform";

const good = `- name: pause\n  dmap:\n    "${digest("1")}": ["3.9", "latest"]\n`;
const bad = '- name: foo\n  dmap:\n    "sha256:0": ["1"]\n';

const registry = {
  "registry/manifests/a/promoter-manifest.yaml": registries("gcr.io/stage-a", "us.example.org/prod"),
  "registry/images/a/images.yaml": good,
};
const files = {
  "files/filestores/a/filepromoter-manifest.yaml": filestores("gs://stage/a/", "gs://prod/a/"),
  "files/manifests/a/v1.yaml": `files:\n- name: v1/tool\n  sha256: ${checksum("1")}\n`,
};

function validate(folder: string, ...words: readonly string[]) {
  return runMirrorform(["promote", "validate", ...words], folder);
}

describe("promote validate", () => {
  test("prints what the manifests promise as JSON, and nothing else", async () => {
    const folder = writeTree({ ...registry, ...files });
    const run = await validate(folder, "--manifests", "registry", "--manifests", "files", "--json");
    expect(run).toMatchObject({
      status: 0,
      stderr: "2 projects, 1 image, 1 digest, 2 tags, 1 file: 0 errors, 0 warnings\n",
    });
    expect(JSON.parse(run.stdout)).toEqual({
      ok: true,
      // In kpromo's layout, one name with images and files is two projects.
      projects: 2,
      images: 1,
      digests: 1,
      tags: 2,
      files: 1,
      withdrawn: 0,
      problems: [],
    });
  });

  test("fails if a problem is an error, with file, line, column and fix", async () => {
    const folder = writeTree({ "promotions/a/images.yaml": good, "promotions/b/images.yaml": bad });
    const run = await validate(folder, "--json");
    expect(run.status).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({
      ok: false,
      projects: 2,
      problems: [
        {
          file: "promotions/b/images.yaml",
          line: 3,
          column: 5,
          severity: "error",
          rule: "manifest/bad-digest",
          message: "the digest has 1 digit instead of 64",
          fix: expect.any(String),
        },
      ],
    });
    expect((await validate(folder)).stdout).toContain("promotions/b/images.yaml:3:5 error[manifest/bad-digest]");
  });

  test("a warning is not a failure", async () => {
    const folder = writeTree({ "promotions/a/images.yaml": "# none yet\n" });
    expect(await validate(folder)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("promotions/a/images.yaml:1:1 warning[manifest/no-images]"),
      stderr: "1 project, 0 images, 0 digests, 0 tags, 0 files: 0 errors, 1 warning\n",
    });
  });

  test("without manifests, says where they belong", async () => {
    const run = await validate(writeTree({ x: "" }));
    expect(run).toMatchObject({ status: 1, stdout: expect.stringContaining("promotions:1:1 error[file/unreadable]") });
  });

  test("an inventory that is named must be there, and be valid", async () => {
    const folder = writeTree({ ...registry, "broken.yaml": "nothing: here\n" });
    const missing = await validate(folder, "--manifests", "registry", "--inventory", "none.yaml");
    expect(missing).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("none.yaml:1:1 error[file/unreadable]"),
    });
    const broken = await validate(folder, "--manifests", "registry", "--inventory", "broken.yaml");
    expect(broken).toMatchObject({ status: 1, stdout: expect.stringContaining("broken.yaml:1:1 error[schema/") });
    expect(broken.stderr).toMatch(/^1 project, 1 image, /);
  });
});

/** kubernetes/k8s.io, where it is at hand. */
const real = join(__dirname, "../../../shared/data/promotion");

(existsSync(real) ? describe : describe.skip)("the manifests of kubernetes/k8s.io", () => {
  test.each<[string, readonly string[], object, Readonly<Record<string, number>>]>([
    [
      "images",
      ["registry.k8s.io"],
      // 728 entries are 352 images: kops lists three names 113 times each.
      { ok: false, projects: 70, images: 352, digests: 19_375, tags: 19_419, files: 0 },
      {
        "error manifest/bad-digest": 1,
        "warning manifest/images-path": 4,
        "warning manifest/nested-destinations": 1,
        "warning manifest/no-digests": 2,
        "warning manifest/no-images": 3,
        "warning manifest/repeated-image": 10,
        "warning manifest/shared-digest": 20,
        "warning manifest/unquoted-digest": 6,
      },
    ],
    [
      "files",
      ["artifacts"],
      { ok: false, projects: 3, images: 0, digests: 0, tags: 0, files: 3_767 + 114 + 56 },
      { "error manifest/file-conflict": 30, "warning manifest/repeated-file": 3 },
    ],
    [
      "newer ones",
      ["newer/registry.k8s.io", "newer/artifacts"],
      { ok: false, projects: 3, images: 7, digests: 17, tags: 21, files: 1 },
      {
        "error manifest/missing-file": 1,
        "warning manifest/images-path": 1,
        "warning manifest/no-final-slash": 1,
        "warning manifest/similar-name": 1,
      },
    ],
  ])("%s", async (_case, directories, counts, rules) => {
    const run = await validate(real, ...directories.flatMap((directory) => ["--manifests", directory]), "--json");
    const { problems, ...counted } = JSON.parse(run.stdout);
    expect(counted).toEqual({ ...counts, withdrawn: 0 });
    const found: Record<string, number> = {};
    for (const { severity, rule } of problems) found[`${severity} ${rule}`] = (found[`${severity} ${rule}`] ?? 0) + 1;
    expect(found).toEqual(rules);
  });
});

describe("a policy", () => {
  const inventory = join(__dirname, "../fixtures/inventories/promotion.yaml");

  test("applies the rules of the policy for names, at the places of the manifests", async () => {
    const folder = writeTree({
      "mirrors.yaml": readFileSync(inventory, "utf8"),
      "releases/etcd/images.yaml": good,
      "releases/policy.yaml":
        "defaults:\n  tags: { deny: [latest] }\nprojects:\n  etcd: { image-names: { allow: ['**'] } }\n",
    });
    const run = await validate(folder, "--json", "--explain", "--allow-private-mirrors");
    expect(run.status).toBe(1);
    const { problems, policy } = JSON.parse(run.stdout);
    expect(problems).toMatchObject([
      { file: "releases/etcd/images.yaml", line: 3, rule: "policy/tags", severity: "error", fix: expect.any(String) },
    ]);
    expect(problems[0].message).toContain('latest matches "latest", which is denied');
    expect(policy.map(({ rule, isAllowed }: { rule: string; isAllowed: boolean }) => [rule, isAllowed])).toEqual([
      ["policy/image-names", true],
      ["policy/tags", false],
    ]);
    expect((await validate(folder, "--explain", "--allow-private-mirrors")).stdout).toMatch(
      /^artifact +rule +verdict +what it saw\n/,
    );
  });

  test("reports the errors of a policy", async () => {
    const folder = writeTree({
      "promotions/a/images.yaml": good,
      "promotions/policy.yaml": "projects:\n  b: { sbom: false }\n",
    });
    const run = await validate(folder);
    expect(run.status).toBe(1);
    expect(run.stdout).toContain("promotions/policy.yaml:2:3 error[policy-file/unknown-project] b is not a project");
  });
});
