import { planRollback } from "../../../promotion/rollback/plan-rollback";
import { digest } from "../manifests/manifest-tree";

const why = { reason: "rolled back 5b70748a0c1d", date: "2026-11-26" };
const [one, two, three] = [digest("1"), digest("2"), digest("3")];
const head = "# Releases of pause.\n- name: pause # small\n  dmap:\n";
const row = (of: string, ...tags: readonly string[]) =>
  `    "${of}": [ ${tags.map((tag) => `"${tag}"`).join(", ")} ] # ${tags[0]}\n`;
const withdraw = (what: string) =>
  `- name: pause\n  ${what}\n  reason: "rolled back 5b70748a0c1d"\n  date: 2026-11-26\n`;

function undo(before: Record<string, string>, after: Record<string, string>, now = after) {
  const folder = (files: Record<string, string>) => new Map(Object.entries(files));
  const { files, refused } = planRollback(folder(before), folder(after), folder(now), why);
  return { files: Object.fromEntries(files), refused };
}

describe("a rollback", () => {
  test("removes what was added and withdraws it; comments, order and later entries stay", () => {
    const before = { "a/images.yaml": head + row(one, "v1") };
    const after = { "a/images.yaml": head + row(one, "v1") + row(two, "v2") };
    const now = { "a/images.yaml": head + row(one, "v1") + row(two, "v2") + row(three, "v3") };
    expect(undo(before, after, now)).toEqual({
      refused: [],
      files: {
        "a/images.yaml": head + row(one, "v1") + row(three, "v3"),
        "a/withdrawn.yaml": `images:\n${withdraw(`digest: "${two}"`)}`,
      },
    });
  });

  test("moves a tag back, and withdraws tags that were new", () => {
    const before = { "a/images.yaml": head + row(one, "v1", "latest") + row(two, "v2") };
    const after = { "a/images.yaml": head + row(one, "v1") + row(two, "v2", "latest", "v2.0") };
    const { files } = undo(before, after);
    expect(files["a/images.yaml"]).toBe(`${head}    "${one}": ["latest", "v1"] # v1\n    "${two}": ["v2"] # v2\n`);
    expect(files["a/withdrawn.yaml"]).toBe(`images:\n${withdraw('tags: ["v2.0"]')}`);
  });

  test("brings back what was withdrawn, and leaves other withdrawals", () => {
    const other = `images:\n${withdraw(`digest: "${three}"`)}`;
    const before = { "a/images.yaml": head + row(one, "v1") + row(two, "v2"), "a/withdrawn.yaml": other };
    const after = { "a/images.yaml": head + row(one, "v1"), "a/withdrawn.yaml": other + withdraw(`digest: "${two}"`) };
    const { files } = undo(before, after);
    expect(files["a/images.yaml"]).toBe(`${head}${row(one, "v1")}- name: pause\n  dmap:\n    "${two}": ["v2"]\n`);
    expect(files["a/withdrawn.yaml"]).toBe(other);
    expect(
      undo(
        { "a/images.yaml": head + row(two, "v2") },
        { "a/images.yaml": "[]\n", "a/withdrawn.yaml": `images:\n${withdraw(`digest: "${two}"`)}` },
      ).files,
    ).toEqual({
      "a/images.yaml": `- name: pause\n  dmap:\n    "${two}": ["v2"]\n`,
      "a/withdrawn.yaml": undefined,
    });
  });

  test("handles files, also in kpromo's layout", () => {
    const entry = (name: string, end: string) => `- name: ${name}\n  sha256: ${end.repeat(64)}\n`;
    const before = { "manifests/k/v1.yaml": `files:\n${entry("x", "a")}` };
    const after = {
      "manifests/k/v1.yaml": `files:\n${entry("x", "b")}`,
      "manifests/k/v2.yaml": `files:\n${entry("y", "c")}`,
    };
    expect(undo(before, after).files).toEqual({
      "manifests/k/v1.yaml": `files:\n${entry("x", "a")}`,
      "manifests/k/v2.yaml": undefined,
      "filestores/k/withdrawn.yaml": `files:\n${withdraw("").replace("pause", "y").replace("  \n", "")}`,
    });
  });

  test("removes a whole file that was added", () => {
    const { files } = undo({}, { "a/images.yaml": head + row(one, "v1") });
    expect(files["a/images.yaml"]).toBeUndefined();
    expect(Object.keys(files)).toEqual(["a/images.yaml", "a/withdrawn.yaml"]);
  });

  test("refuses what has changed since, and is nothing if it was undone already", () => {
    const before = { "a/images.yaml": head + row(one, "v1") };
    const after = { "a/images.yaml": head + row(one, "v1") + row(two, "v2") };
    expect(undo(before, after, { "a/images.yaml": head + row(one, "v1") + row(two, "v2", "v2.0") }).refused).toEqual([
      `a/images.yaml: pause@${two} has changed since that commit: undo the later change first`,
    ]);
    expect(undo(before, after, before)).toEqual({ files: {}, refused: [] });
  });

  test("leaves sources and destinations to people", () => {
    expect(
      undo({ "manifests/a/promoter-manifest.yaml": "x" }, { "manifests/a/promoter-manifest.yaml": "y" }).refused,
    ).toEqual(["manifests/a/promoter-manifest.yaml: sources and destinations have to be undone by hand"]);
  });
});
