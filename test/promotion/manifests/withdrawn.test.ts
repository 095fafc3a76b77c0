import { readManifests } from "../../../promotion/manifests/read-manifests";
import { checksum, digest, filestores, lines, registries, type Tree, writeTree } from "./manifest-tree";

const why = "  reason: built from the wrong commit\n  date: 2026-11-26\n";
const image = (end: string, tag: string) => `- name: pause\n  dmap:\n    "${digest(end)}": ["${tag}"]\n`;
const withdrawImage = (end: string) => `images:\n- name: pause\n  digest: "${digest(end)}"\n${why}`;
const withdrawTags = (...tags: readonly string[]) => `images:\n- name: pause\n  tags: ${JSON.stringify(tags)}\n${why}`;
const withdrawFile = (name: string) => `files:\n- name: ${name}\n${why}`;

const destinations = new Map<string, "all">([
  ["example.org/prod", "all"],
  ["gs://prod", "all"],
]);
const placement = {
  stagingOf: (project: string) => (project === "a" ? { registry: "gcr.io/a", bucket: "gs://a" } : undefined),
  hasProject: (project: string) => project !== "stranger",
  imagesAt: (project: string) => (project === "root" ? ["", "root"] : [project]),
  filesAt: (project: string) => project,
  ownerOf: (_: "images" | "files", path: string) => (path.startsWith("a/") ? "a" : undefined),
  destinations,
};

function read(tree: Tree) {
  const folder = writeTree(tree);
  const reading = readManifests([folder], placement);
  return { ...reading, lines: lines(reading.problems, folder) };
}

describe("withdrawn.yaml", () => {
  test("withdraws digests, tags and files at the project's paths", () => {
    const {
      lines: problems,
      promoted,
      counts,
    } = read({
      "a/images.yaml": image("1", "3.9"),
      "a/withdrawn.yaml": `${withdrawImage("2")}- name: nested/pause\n  tags: ["v2", "v1", "v2"]\n${why}${withdrawFile("v1/tool")}`,
    });
    expect(problems).toEqual([]);
    expect(counts).toMatchObject({ images: 1, digests: 1, tags: 1, files: 0, withdrawn: 3 });
    expect(promoted.withdrawn).toMatchObject([
      { kind: "image", project: "a", repository: "a/pause", digest: digest("2"), tags: [], destinations: "all" },
      { kind: "image", repository: "a/nested/pause", tags: ["v1", "v2"], reason: "built from the wrong commit" },
      { kind: "file", path: "a/v1/tool", date: "2026-11-26", place: { line: 11, column: 9 } },
    ]);
  });

  test("is in images/ and filestores/ of kpromo's layout, where kpromo ignores it", () => {
    const images = read({
      "manifests/a/promoter-manifest.yaml": registries("gcr.io/stage", "example.org/prod/x"),
      "images/a/images.yaml": image("1", "3.9"),
      "images/a/withdrawn.yaml": withdrawTags("3.8"),
    });
    const files = read({
      "manifests/x": "",
      "filestores/b/filepromoter-manifest.yaml": filestores("gs://stage/b/", "gs://prod/b/"),
      "filestores/b/withdrawn.yaml": withdrawFile("v1/tool"),
    });
    expect([images.lines, files.lines]).toEqual([[], []]);
    expect(images.promoted.withdrawn).toMatchObject([{ project: "a", repository: "x/pause", tags: ["3.8"] }]);
    expect(files.promoted.withdrawn).toMatchObject([{ project: "b", path: "b/v1/tool" }]);
  });

  test.each<[string, Tree, readonly string[]]>([
    ["nothing else is left", { "a/withdrawn.yaml": withdrawImage("1") }, []],
    ["only comments", { "a/images.yaml": image("1", "1"), "a/withdrawn.yaml": "# Nothing yet.\n" }, []],
    [
      "a digest that is still promised",
      { "a/images.yaml": image("1", "3.9"), "a/withdrawn.yaml": withdrawImage("1") },
      ["a/withdrawn.yaml:2:9 error manifest/still-promised"],
    ],
    [
      "a tag that is promised for another digest",
      { "a/images.yaml": image("1", "3.9"), "a/withdrawn.yaml": withdrawTags("3.8", "3.9") },
      ["a/withdrawn.yaml:2:9 error manifest/still-promised"],
    ],
    [
      "a digest whose tag moved to another one",
      { "a/images.yaml": image("1", "3.9"), "a/withdrawn.yaml": withdrawImage("2") },
      [],
    ],
    [
      "a file that is still promised",
      {
        "a/files.yaml": `files:\n- name: v1/tool\n  sha256: ${checksum("1")}\n`,
        "a/withdrawn.yaml": withdrawFile("v1/tool"),
      },
      ["a/withdrawn.yaml:2:9 error manifest/still-promised"],
    ],
    [
      "an artifact of another project",
      { "root/withdrawn.yaml": "images:\n- name: a/pause\n  tags: [v1]\n".concat(why) },
      ["root/withdrawn.yaml:2:9 error manifest/foreign-path"],
    ],
    [
      "a project that the inventory lacks",
      { "stranger/withdrawn.yaml": withdrawTags("1") },
      ["stranger/withdrawn.yaml:1:1 error manifest/unknown-project"],
    ],
    [
      "neither digest nor tags, both, a bad digest, bad tags, a bad name",
      {
        "a/withdrawn.yaml": [
          "images:",
          `- name: x\n${why}`,
          `- name: x\n  digest: "${digest("1")}"\n  tags: [v1]\n${why}`,
          `- name: x\n  digest: sha256:0\n${why}`,
          `- name: x\n  tags: [1.10, ".x"]\n${why}`,
          `- name: X\n  tags: [v1]\n${why}`,
        ]
          .join("\n")
          .replaceAll("\n\n", "\n"),
      },
      [
        "a/withdrawn.yaml:2:9 error manifest/withdrawal-scope",
        "a/withdrawn.yaml:7:3 error manifest/withdrawal-scope",
        "a/withdrawn.yaml:11:11 error manifest/bad-digest",
        "a/withdrawn.yaml:15:10 error manifest/bad-tag",
        "a/withdrawn.yaml:15:16 error manifest/bad-tag",
        "a/withdrawn.yaml:18:9 error manifest/bad-image-name",
      ],
    ],
    [
      "no reason, a date in another form, an unknown field, twice the same",
      {
        "a/withdrawn.yaml": `files:\n- name: x\n  date: 26.11.2026\n  sha256: "0"\n- name: y\n${why}- name: y\n${why}`,
      },
      [
        "a/withdrawn.yaml:2:3 error schema/missing-field",
        "a/withdrawn.yaml:3:9 error schema/bad-value",
        "a/withdrawn.yaml:4:3 error schema/unknown-field",
        "a/withdrawn.yaml:8:9 warning manifest/repeated-withdrawal",
      ],
    ],
    [
      "beside the projects",
      { "withdrawn.yaml": "", "a/images.yaml": "[]" },
      ["withdrawn.yaml:1:1 error manifest/outside-layout"],
    ],
    [
      "a directory with the name of a manifest",
      { "a/images.yaml": "[]", "a/files.yaml/OWNERS": "", "a/withdrawn.yaml/2026.yaml": "" },
      ["a/files.yaml:1:1 error manifest/outside-layout", "a/withdrawn.yaml:1:1 error manifest/outside-layout"],
    ],
    [
      "files beside kpromo's images",
      {
        "manifests/a/promoter-manifest.yaml": registries("gcr.io/stage", "example.org/prod/x"),
        "images/a/images.yaml": "[]",
        "images/a/withdrawn.yaml": withdrawFile("x"),
      },
      ["images/a/withdrawn.yaml:1:1 error schema/unknown-field"],
    ],
    [
      "kpromo's layout without registries",
      { "manifests/x": "", "images/a/withdrawn.yaml": withdrawTags("1") },
      ["images/a/withdrawn.yaml:1:1 error manifest/missing-file"],
    ],
  ])("%s", (_case, tree, expected) => {
    expect(read(tree).lines).toEqual(expected);
  });

  test("with an error keeps its project from being promoted, and withdraws nothing", () => {
    const { promoted, mentions } = read({
      "a/images.yaml": image("1", "3.9"),
      "a/withdrawn.yaml": withdrawTags("3.8").replace("date", "day"),
    });
    expect(promoted).toEqual({ projects: [], images: [], files: [], withdrawn: [] });
    expect([...mentions.images]).toEqual([`a/pause@${digest("1")}`]);
    expect([[...mentions.unclear], mentions.isComplete]).toEqual([["a"], true]);
  });

  test("is not complete knowledge of what is named if a manifest cannot be read", () => {
    const { mentions } = read({ "a/images.yaml": "- name: [", "a/withdrawn.yaml": withdrawTags("3.8") });
    expect(mentions.isComplete).toBe(false);
  });
});
