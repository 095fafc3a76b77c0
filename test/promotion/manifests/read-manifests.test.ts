import { join } from "node:path";
import { manifestRules } from "../../../promotion/manifests/manifest-rules";
import type { Placement } from "../../../promotion/manifests/placement";
import { readManifests } from "../../../promotion/manifests/read-manifests";
import { checksum, digest, filestores, lines, registries, type Tree, writeTree } from "./manifest-tree";

const prod = "us.example.org/prod/images";

function placement(destinations: Readonly<Record<string, "all" | readonly string[]>>): Placement {
  return {
    stagingOf: (project) =>
      project === "etcd" ? { registry: "stage.example.org/etcd", bucket: "gs://etcd-staging" } : undefined,
    hasProject: (project) => project === "etcd",
    imagesAt: () => ["", "etcd"],
    filesAt: () => "release",
    ownerOf: () => undefined,
    destinations: new Map(Object.entries(destinations)),
  };
}

function thin(projects: Readonly<Record<string, readonly [registries: string, images: string]>>): Tree {
  return Object.fromEntries(
    Object.entries(projects).flatMap(([project, [places, images]]) => [
      [`manifests/${project}/promoter-manifest.yaml`, places],
      [`images/${project}/images.yaml`, images],
    ]),
  );
}

const image = (name: string, end: string, ...tags: readonly string[]) =>
  `- name: ${name}\n  dmap:\n    "${digest(end)}": ${JSON.stringify(tags)}\n`;

const file = (name: string, end: string) => `- name: ${name}\n  sha256: ${checksum(end)}\n`;

const covered = new Set<string>();

function read(tree: Tree, known?: Placement) {
  const folder = writeTree(tree);
  const reading = readManifests([folder], known);
  for (const { rule } of reading.problems) covered.add(rule);
  return { ...reading, lines: lines(reading.problems, folder), folder };
}

describe("kpromo's layouts", () => {
  test.each<[string, Tree, object]>([
    [
      "one image project",
      thin({ a: [registries("gcr.io/stage-a", prod), image("pause", "1", "3.9", "3")] }),
      { projects: 1, images: 1, digests: 1, tags: 2, files: 0 },
    ],
    [
      "the same source in two projects",
      thin({
        a: [registries("gcr.io/stage", `${prod}/a`), image("foo", "1", "1.0")],
        b: [registries("gcr.io/stage", `${prod}/b`), image("foo", "2", "1.1")],
      }),
      { projects: 2, images: 2, digests: 2, tags: 2, files: 0 },
    ],
    [
      "an entry by digest only, and names with slashes and underscores",
      thin({
        a: [
          registries("gcr.io/stage-a", prod),
          `${image("volume/nfs", "1")}${image("heapster_grafana", "2", "_latest")}`,
        ],
      }),
      { projects: 1, images: 2, digests: 2, tags: 1, files: 0 },
    ],
    [
      "a whole manifest in one file, and a key that says it is not the source",
      {
        "manifests/a/promoter-manifest.yaml": `${registries("gcr.io/stage-a", prod).replace("promoter@example.org", "promoter@example.org\n  src: false")}images:\n${image("foo", "1", "1.0")}`,
        "images/README.md": "",
      },
      { projects: 1, images: 1, digests: 1, tags: 1, files: 0 },
    ],
    [
      "other files beside manifests, and other folders",
      {
        ...thin({ a: [registries("gcr.io/stage-a", prod), image("foo", "1", "1.0")] }),
        "images/a/OWNERS": "approvers:\n- alice\n",
        "images/tests_test.go": "package images",
        "manifests/README.md": "",
        "manifests/.hidden.yaml": "no: manifest",
        "manifest/a/promoter-manifest.yaml": "",
        "go.mod": "",
      },
      { projects: 1, images: 1, digests: 1, tags: 1, files: 0 },
    ],
    [
      "files of several lists",
      {
        "filestores/a/filepromoter-manifest.yaml": filestores("gs://stage/a/", "gs://prod/a/", "s3://prod/a/"),
        "manifests/a/blue.yaml": `files:\n- name: v1/tool\n  sha256: ${checksum("1")}\n`,
        "manifests/a/green.yaml": `files:\n- name: v2/tool\n  sha256: ${checksum("2")}\n- name: v2/tool.sha256\n  sha256: ${checksum("3")}\n`,
        "manifests/a/OWNERS": "approvers:\n- alice\n",
      },
      { projects: 1, images: 0, digests: 0, tags: 0, files: 3 },
    ],
    [
      "our own layout",
      {
        "etcd/images.yaml": image("etcd", "1", "3.5.0"),
        "etcd/files.yaml": `files:\n- name: etcd.tar.gz\n  sha256: ${checksum("1")}\n`,
        "other/images.yaml": `${registries("gcr.io/stage", `${prod}/other`)}images: []\n`,
        "other/files.yaml": `${filestores("gs://stage/", "gs://prod/")}files:\n- name: x\n  sha256: ${checksum("1")}\n`,
        "policy.yaml": "anything: yes",
      },
      { projects: 2, images: 1, digests: 1, tags: 1, files: 2 },
    ],
  ])("%s", (_case, tree, counts) => {
    const reading = read(tree);
    expect(reading.lines).toEqual([]);
    expect(reading).toMatchObject({ ok: true, counts });
  });

  test.each<[string, Tree, readonly string[]]>([
    ["an empty directory", { ".keep": "" }, [":1:1 error manifest/no-manifests"]],
    ["images without manifests", { "images/a/images.yaml": "[]" }, [":1:1 error manifest/no-manifests"]],
    ["manifests only", { "manifests/a/promoter-manifest.yaml": "" }, [":1:1 error manifest/no-manifests"]],
    [
      "a folder above the layouts",
      { "registry/images/a/images.yaml": "[]", "registry/manifests/a/x": "" },
      ["registry/images/a/images.yaml:1:1 error manifest/outside-layout"],
    ],
    [
      "registries without images",
      { "manifests/b/promoter-manifest.yaml": registries("gcr.io/stage", prod), "images/x": "" },
      ["manifests/b/promoter-manifest.yaml:1:1 error manifest/missing-file"],
    ],
    [
      "images without registries",
      { "images/b/images.yaml": "[]", "manifests/x": "" },
      ["images/b/images.yaml:1:1 error manifest/missing-file"],
    ],
    [
      "files without their stores",
      { "filestores/x": "", "manifests/b/v1.yaml": `files:\n- name: x\n  sha256: ${checksum("1")}\n` },
      ["manifests/b/v1.yaml:1:1 error manifest/missing-file"],
    ],
    [
      "stores without files",
      { "filestores/b/filepromoter-manifest.yaml": filestores("gs://stage/", "gs://prod/"), "manifests/x": "" },
      ["filestores/b/filepromoter-manifest.yaml:1:1 error manifest/missing-file"],
    ],
    [
      "images in both files",
      thin({ a: [`${registries("gcr.io/stage", prod)}images: []\n`, "[]"] }),
      ["manifests/a/promoter-manifest.yaml:6:1 error manifest/two-lists"],
    ],
    [
      "files that are too deep, elsewhere or misnamed",
      {
        ...thin({ a: [registries("gcr.io/stage", prod), "[]"] }),
        "manifests/b/c/promoter-manifest.yaml": "",
        "manifests/promoter-manifest.yaml": "",
        "images/a/promoter-manifest.yaml": "",
        "images/a/images.yml": "",
      },
      [
        "manifests/promoter-manifest.yaml:1:1 error manifest/outside-layout",
        "images/a/images.yml:1:1 error manifest/outside-layout",
        "images/a/promoter-manifest.yaml:1:1 error manifest/outside-layout",
        "manifests/b/c/promoter-manifest.yaml:1:1 error manifest/outside-layout",
      ],
    ],
  ])("refuses %s", (_case, tree, expected) => {
    const reading = read(tree);
    expect(reading.ok).toBe(false);
    expect(reading.lines).toEqual(expected);
  });

  test("follows a link beside the directory, as of kubernetes/k8s.io, and no other", () => {
    const folder = writeTree({
      "artifacts/mirroring/manifests": { link: "../manifests" },
      "artifacts/mirroring/filestores/a/filepromoter-manifest.yaml": filestores("gs://prod/a/", "s3://mirror/a/"),
      "artifacts/manifests/a/v1.yaml": `files:\n- name: x\n  sha256: ${checksum("1")}\n`,
      "artifacts/manifests/a/secret.yaml": { link: "../../.git/config" },
      "artifacts/manifests/a/passwords.yaml": { link: "/etc/passwd" },
      "artifacts/manifests/a/loop.yaml": { link: "loop.yaml" },
      "artifacts/.git/config": "password: hunter2",
    });
    const reading = readManifests([join(folder, "artifacts/mirroring")]);
    expect(reading.counts).toMatchObject({ projects: 1, files: 1 });
    expect(lines(reading.problems, join(folder, "artifacts/mirroring"))).toEqual([
      "manifests/a/loop.yaml:1:1 error manifest/bad-link",
      "manifests/a/passwords.yaml:1:1 error manifest/bad-link",
      "manifests/a/secret.yaml:1:1 error manifest/bad-link",
    ]);
    expect(JSON.stringify(reading.problems)).not.toContain("hunter2");
  });

  test("a missing directory, and one with the layouts below it", () => {
    const folder = writeTree({ "a/manifests/x": "", "a/images/x": "" });
    expect(readManifests([join(folder, "none"), folder]).problems).toMatchObject([
      {
        rule: "file/unreadable",
        message: "the directory does not exist",
        fix: `Write ${join(folder, "none")}/<project>/images.yaml or files.yaml, or choose another directory with --manifests.`,
      },
      { rule: "manifest/no-manifests", fix: `Choose one below it: --manifests ${join(folder, "a")}` },
    ]);
  });

  test.each<[string, string, readonly string[]]>([
    [
      "digests that are indented like dmap",
      `- name: a\n  dmap:\n  "${digest("1")}": ["1"]\n`,
      ["Indent the digests by more spaces than dmap.", "The fields here are: name, dmap."],
    ],
    [
      "a list below a field",
      `images:\n${image("a", "1", "1")}`,
      [
        'Begin the file with the first image, as "- name: pause", and nothing above it. Only a file with registries has images: above the list.',
      ],
    ],
    [
      "a digest without sha256:",
      `- name: a\n  dmap:\n    "${checksum("1")}": ["1"]\n`,
      [`Write "sha256:${checksum("1")}"`],
    ],
    ["a tag without a list", `- name: a\n  dmap:\n    "${digest("1")}": v1\n`, [`Write ${digest("1")}: [v1]`]],
    ["a name with its tag", image("tool:v1", "1"), ["Write name: tool; tags and digests are listed in dmap."]],
    [
      "a name with a registry and a digest",
      image(`gcr.io/foo/tool@${digest("1")}`, "1"),
      ["Write only the path below the source's registry, such as foo/tool or tool."],
    ],
    ["a name in upper case", image("Tool/Box", "1"), ["Write name: tool/box"]],
    ["a list that YAML cannot read", `- name: a\n   dmap:\n`, ["Indent it like the lines that it belongs with."]],
    ["an empty tag", `- name: a\n  dmap:\n    "${digest("1")}": [null]\n`, ['A list of tags. For example: ["1.0"]']],
  ])("the fix for %s", (_case, images, fixes) => {
    const { problems } = read({ "etcd/images.yaml": images }, placement({}));
    expect(problems.map(({ fix }) => fix)).toEqual(fixes);
  });

  test.each<[string, string, string]>([
    ["a list of files without its field", file("x", "1"), 'Begin the file with "files:", and write the list below it.'],
    ["a name that begins with a slash", `files:\n${file("/v1/x", "1")}`, "Write name: v1/x"],
    ["a name with backslashes", `files:\n${file("v1\\x", "1a")}`, "Write name: v1/x"],
    [
      "a line of sha256sum",
      `files:\n- name: x\n  sha256: ${checksum("a")}  x.tar.gz\n`,
      `Write sha256: "${checksum("a")}"`,
    ],
  ])("the fix for %s", (_case, files, expected) => {
    expect(read({ "etcd/files.yaml": files }).problems).toMatchObject([{ fix: expected }]);
  });

  test.each([
    ["is empty", ""],
    ["is not YAML", "filestores: [\n"],
  ])("a file that %s may be meant to list its places: no staging area is asked for", (_case, files) => {
    const { problems } = read({ "other/files.yaml": files }, placement({}));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.rule).toMatch(/^(file|yaml)\//);
  });

  test("the fix for a misnamed file", () => {
    const fixOf = (tree: Tree) => read(tree).problems.map(({ fix }) => fix);
    expect(fixOf({ "etcd/images.yml": "[]", "etcd/file.yaml": "files: []\n" })).toEqual([
      "Rename it to files.yaml",
      "Rename it to images.yaml",
    ]);
    const [elsewhere] = fixOf({ "etcd/images.yaml": "[]", "etcd/image.yaml": "[]" });
    expect(elsewhere).toContain("<project>/images.yaml");
  });
});

describe("images", () => {
  const places = registries("gcr.io/stage", prod);
  test.each<[string, string, readonly string[]]>([
    ["only comments", "# No images yet\n", ["1:1 warning manifest/no-images"]],
    [
      "an empty dmap",
      "- name: foo\n  dmap:\n- name: bar\n  dmap: {}\n",
      ["2:8 warning manifest/no-digests", "4:9 warning manifest/no-digests"],
    ],
    [
      "a digest that is too short",
      `- name: foo\n  dmap:\n    "${digest("1").slice(0, -1)}": []\n`,
      ["3:5 error manifest/bad-digest"],
    ],
    [
      "a digest that is too long",
      `- name: foo\n  dmap:\n    "${digest("1")}0": []\n`,
      ["3:5 error manifest/bad-digest"],
    ],
    ["a digest with an x", `- name: foo\n  dmap:\n    "${digest("x")}": []\n`, ["3:5 error manifest/bad-digest"]],
    ["a digest in upper case", `- name: foo\n  dmap:\n    "${digest("A")}": []\n`, ["3:5 error manifest/bad-digest"]],
    [
      "a digest without its algorithm",
      `- name: foo\n  dmap:\n    "${checksum("1a")}": []\n`,
      ["3:5 error manifest/bad-digest"],
    ],
    ["a short digest", '- name: foo\n  dmap:\n    "sha256:0": []\n', ["3:5 error manifest/bad-digest"]],
    [
      "a digest without quotes",
      `- name: foo\n  dmap:\n    ${digest("1")}:\n    - v1\n`,
      ["3:5 warning manifest/unquoted-digest"],
    ],
    [
      "a digest twice",
      `- name: foo\n  dmap:\n    "${digest("1")}": [a]\n    "${digest("1")}": [b]\n`,
      ["4:5 error yaml/duplicate-key"],
    ],
    [
      "bad tags",
      `- name: foo\n  dmap:\n    "${digest("1")}": ["", ".", "-", "안녕", "a b", "${"a".repeat(129)}"]\n`,
      [81, 85, 90, 95, 101, 108].map((column) => `3:${column} error manifest/bad-tag`),
    ],
    [
      "good tags",
      `- name: foo\n  dmap:\n    "${digest("1")}": [a, _, latest, _latest, "_____----hello........", "${"a".repeat(128)}"]\n`,
      [],
    ],
    ["a tag that is a number", `- name: foo\n  dmap:\n    "${digest("1")}": [1.10]\n`, ["3:81 error manifest/bad-tag"]],
    ["a tag twice", `- name: foo\n  dmap:\n    "${digest("1")}": [a, a]\n`, ["3:84 warning manifest/repeated-tag"]],
    [
      "tags that are not a list",
      `- name: foo\n  dmap:\n    "${digest("1")}": latest\n`,
      ["3:80 error schema/wrong-type"],
    ],
    [
      "a registry's host in a name",
      `${image("gcr.io/foo/bar", "1")}${image("v1.0/foo", "2")}${image("a.b/foo", "3")}${image("localhost:5000/foo", "4")}`,
      ["1:9 warning manifest/host-in-image-name", "10:9 error manifest/bad-image-name"],
    ],
    [
      "a bad name",
      `${image("Foo", "1")}${image("foo//bar", "2")}`,
      ["1:9 error manifest/bad-image-name", "4:9 error manifest/bad-image-name"],
    ],
    ["an unknown field", `${image("foo", "1")}  rename: [a]\n`, ["4:3 error schema/unknown-field"]],
    ["a missing field", "- name: foo\n", ["1:3 error schema/missing-field"]],
    [
      "a name several times",
      `${image("foo", "1", "a")}${image("foo", "2", "b")}${image("foo", "3", "c")}`,
      ["4:9 warning manifest/repeated-image"],
    ],
    ["similar names", `${image("foo_bar", "1")}${image("foo-bar", "2")}`, ["4:9 warning manifest/similar-name"]],
    ["a mapping", "images: []\n", ["1:1 error file/not-a-list"]],
    [
      "a tag of two digests",
      `${image("foo", "1", "v1", "v2")}${image("bar", "1", "v1")}${image("foo", "2", "v1")}`,
      [
        "7:9 warning manifest/repeated-image",
        "3:5 error manifest/tag-conflict",
        "9:5 error manifest/tag-conflict",
        "6:5 warning manifest/shared-digest",
      ],
    ],
  ])("%s", (_case, images, expected) => {
    const reading = read(
      thin({ a: [places, images], b: [registries("gcr.io/b", `${prod}/b`), image("b", "99", "v1")] }),
    );
    expect(reading.lines).toEqual(expected.map((line) => `images/a/images.yaml:${line}`));
    expect(reading.ok).toBe(!expected.some((line) => line.includes(" error ")));
  });

  test.each([
    ["gcr.io/foo/bar", "such as foo/bar or bar."],
    ["us-central1-docker.pkg.dev/etcd", "such as etcd."],
    ["localhost:5000/foo", "such as foo."],
    ["foo:1.0", "Write name: foo; tags"],
    ["foo bar", "Use lower-case letters"],
  ])("a name with a registry's host is to be its path: %s", (name, fix) => {
    const { problems } = read(thin({ a: [registries("gcr.io/a", prod), image(name, "1")] }));
    expect(problems).toMatchObject([{ fix: expect.stringContaining(fix) }]);
  });

  test("an empty dmap beside registries is an error, as in kpromo", () => {
    const reading = read({ "a/images.yaml": `${places}images:\n- name: foo\n  dmap: {}\n` });
    expect(reading.lines).toEqual(["a/images.yaml:8:9 error manifest/no-digests"]);
  });

  test("a number is quoted as it is written", () => {
    const [problem] = read(thin({ a: [places, `- name: foo\n  dmap:\n    "${digest("1")}": [1.10]\n`] })).problems;
    expect(problem).toMatchObject({ message: "without quotes, 1.10 is a number and not a tag", fix: 'Write "1.10"' });
  });

  test("invalid entries count as written, and each digest and tag once", () => {
    const images = `${image("foo", "1", "v1")}${image("foo", "1", "v1", "v2")}- name: foo\n  dmap:\n    "sha256:1": ["v3"]\n`;
    expect(read(thin({ a: [places, images] })).counts).toEqual({
      projects: 1,
      images: 1,
      digests: 2,
      tags: 3,
      files: 0,
      withdrawn: 0,
    });
  });
});

describe("registries", () => {
  test.each<[string, string, readonly string[]]>([
    ["nothing", "", ["1:1 error file/empty"]],
    ["no list", "imagesPath: x\n", ["1:1 warning manifest/images-path", "1:1 error schema/missing-field"]],
    ["an empty list", "registries: []\n", ["1:13 error schema/bad-value"]],
    ["no source", `registries:\n- name: ${prod}\n`, ["1:1 error manifest/one-source"]],
    [
      "two sources",
      `registries:\n- {name: gcr.io/a, src: true}\n- {name: gcr.io/b, src: true}\n- name: ${prod}\n`,
      ["3:25 error manifest/one-source"],
    ],
    ["no destination", "registries:\n- {name: gcr.io/a, src: true}\n", ["1:1 error manifest/no-destination"]],
    ["a place twice", registries("gcr.io/a", prod, `${prod}`), ["6:9 error manifest/repeated-place"]],
    ["the source as destination", registries("gcr.io/a", "gcr.io/a"), ["4:9 error manifest/repeated-place"]],
    ["a scheme", registries("gcr.io/a", `https://${prod}/`), ["4:9 error manifest/bad-registry"]],
    ["no host", registries("foo/bar", prod), ["2:9 error manifest/bad-registry"]],
    [
      "nested destinations",
      registries("gcr.io/a", prod, `${prod}/a`, `${prod}/b`),
      ["6:9 warning manifest/nested-destinations"],
    ],
    ["a neighbour is not nested", registries("gcr.io/a", prod, `${prod}2`), []],
    ["imagesPath", `${registries("gcr.io/a", prod)}imagesPath: "../x"\n`, ["6:1 warning manifest/images-path"]],
    ["renames", `${registries("gcr.io/a", prod)}renames: []\n`, ["6:1 error schema/unknown-field"]],
  ])("%s", (_case, text, expected) => {
    const reading = read(thin({ a: [text, "[]"] }));
    expect(reading.lines).toEqual(expected.map((line) => `manifests/a/promoter-manifest.yaml:${line}`));
  });
});

describe("files", () => {
  const places = filestores("gs://stage/a/", "gs://prod/a/");

  function readFiles(stores: string, ...lists: readonly string[]) {
    return read({
      "filestores/a/filepromoter-manifest.yaml": stores,
      ...Object.fromEntries(lists.map((list, index) => [`manifests/a/v${index}.yaml`, list])),
    });
  }

  test.each<[string, string, readonly string[]]>([
    ["no list", "filestores:\n", ["1:12 error schema/wrong-type"]],
    ["an empty list", "filestores: []\n", ["1:13 error schema/bad-value"]],
    [
      "no destination",
      "filestores:\n- {base: gs://src, src: true}\n",
      ["1:1 error manifest/no-destination", "2:10 warning manifest/no-final-slash"],
    ],
    ["no source", "filestores:\n- base: gs://dest1/\n", ["1:1 error manifest/one-source"]],
    [
      "two sources",
      "filestores:\n- {base: gs://src1/, src: true}\n- {base: gs://src2/, src: true}\n- base: gs://dest/\n",
      ["3:27 error manifest/one-source"],
    ],
    ["two destinations", filestores("gs://src/", "gs://dest1/", "s3://dest2/a/b/"), []],
    ["no base", "filestores:\n- src: true\n- base: gs://dest/\n", ["2:3 error schema/missing-field"]],
    ["another scheme", filestores("http://src/", "s3://dest/"), ["2:9 error manifest/bad-base"]],
    ["dots in a base", filestores("gs://src/../x/", "s3://dest/"), ["2:9 error manifest/bad-base"]],
    ["no final slash", filestores("gs://src/", "gs://dest/a"), ["4:9 warning manifest/no-final-slash"]],
    ["files beside stores", `${places}files: []\n`, ["6:1 error schema/unknown-field"]],
  ])("stores: %s", (_case, stores, expected) => {
    const found = readFiles(stores, `files:\n${file("x", "1")}`).lines;
    expect(found).toEqual(expected.map((line) => `filestores/a/filepromoter-manifest.yaml:${line}`));
  });

  test.each<[string, string, readonly string[]]>([
    ["no list", "files:\n", ["1:7 error schema/wrong-type"]],
    ["an empty list", "files: []\n", ["1:8 error schema/bad-value"]],
    ["a file", `files:\n${file("foo", "4f2f")}`, []],
    ["no name", `files:\n- sha256: ${checksum("a")}\n`, ["2:3 error schema/missing-field"]],
    ["no checksum", "files:\n- name: foo\n", ["2:3 error schema/missing-field"]],
    ["no hexadecimal checksum", "files:\n- name: foo\n  sha256: bad!\n", ["3:11 error manifest/bad-checksum"]],
    ["a short checksum", "files:\n- name: foo\n  sha256: abcd\n", ["3:11 error manifest/bad-checksum"]],
    ["a checksum in upper case", `files:\n${file("foo", "ABC")}`, ["3:11 error manifest/bad-checksum"]],
    [
      "a checksum of digits only",
      `files:\n${file("foo", "1")}`.replace(/[a0]{2,}/g, "1".repeat(63)),
      ["3:11 error manifest/bad-checksum"],
    ],
    ["an unknown field", `files:\n${file("foo", "1a")}  size: 5\n`, ["4:3 error schema/unknown-field"]],
    [
      "bad names",
      `files:\n${["/a", "a/", "a//b", "../a", "a/./b", '"a b"', '"a\\\\b"', "a?b", "a%2fb"].map((name) => file(name, "1a")).join("")}`,
      [2, 4, 6, 8, 10, 12, 14, 16, 18].map((line) => `${line}:9 error manifest/bad-file-name`),
    ],
    [
      "a file twice",
      `files:\n${file("foo", "1a")}${file("bar", "2a")}${file("foo", "1a")}${file("bar", "2a")}`,
      ["6:9 warning manifest/repeated-file"],
    ],
    [
      "a file with two checksums",
      `files:\n${file("foo", "1a")}${file("foo", "2a")}`,
      ["2:9 error manifest/file-conflict", "4:9 error manifest/file-conflict"],
    ],
  ])("%s", (_case, list, expected) => {
    expect(readFiles(places, list).lines).toEqual(expected.map((line) => `manifests/a/v0.yaml:${line}`));
  });

  test("a name with checksums in five lists is an error at each, and blocks only that file", () => {
    const lists = [1, 2, 3, 4, 5].map(
      (version) => `files:\n${file("linux/tool", `a${version}`)}${file(`v${version}/tool`, `b${version}`)}`,
    );
    const folder = writeTree({
      "filestores/a/filepromoter-manifest.yaml": places,
      ...Object.fromEntries(lists.map((list, index) => [`manifests/a/v${index}.yaml`, list])),
    });
    const { counts, problems, promoted } = readManifests([folder], placement({ "gs://prod": "all" }));
    expect(counts.files).toBe(6);
    expect(lines(problems, folder)).toEqual(
      [0, 1, 2, 3, 4].map((index) => `manifests/a/v${index}.yaml:2:9 error manifest/file-conflict`),
    );
    expect(promoted.files.map(({ path }) => path)).toEqual([1, 2, 3, 4, 5].map((version) => `a/v${version}/tool`));
  });

  test.each([
    ["of an image's blob", "containers", "images/sha256-x"],
    ["of the record that an image is complete", "containers", "complete/sha256-x"],
    ["of what donors should copy", "mirrorform", "donors/campus/lab.jsonl"],
  ])("a file cannot take the place %s", (_, folder, name) => {
    const tree = { "etcd/files.yaml": `files:\n${file(name, "1a")}` };
    const at = { ...placement({}), filesAt: () => folder };
    expect(read(tree, at).lines).toEqual(["etcd/files.yaml:2:9 error manifest/reserved-path"]);
    expect(read(tree, at).promoted.files).toEqual([]);
  });
});

describe("a path that belongs to another project", () => {
  const owned: Placement = {
    ...placement({ [prod]: "all", "gs://prod": "all" }),
    ownerOf: (_, path) => (path.startsWith("etcd/") ? "etcd" : undefined),
  };

  test.each<[string, Tree, readonly string[]]>([
    [
      "an image",
      thin({ a: [registries("gcr.io/stage-a", `${prod}/etcd`), image("etcd", "1", "3.5") + image("other", "2", "1")] }),
      ["images/a/images.yaml:3:5 error manifest/foreign-path"],
    ],
    [
      "a file",
      {
        "filestores/a/filepromoter-manifest.yaml": filestores("gs://stage-a/", "gs://prod/"),
        "manifests/a/v1.yaml": `files:\n${file("tool", "1a")}${file("etcd/v3/etcd", "1b")}`,
      },
      ["manifests/a/v1.yaml:4:9 error manifest/foreign-path"],
    ],
    ["its own", thin({ etcd: [registries("gcr.io/stage-etcd", `${prod}/etcd`), image("etcd", "1", "3.5")] }), []],
  ])("%s", (_, tree, expected) => {
    const reading = read(tree, owned);
    expect(reading.lines).toEqual(expected);
    expect(reading.promoted.projects).toEqual(expected.length > 0 ? [] : ["etcd"]);
  });

  test("all of them are one problem", () => {
    const images = image("one", "1", "1") + image("two", "2", "1") + image("three", "3", "1");
    const { problems } = read(thin({ a: [registries("gcr.io/stage-a", `${prod}/etcd`), images] }), owned);
    expect(problems.map(({ message }) => message)).toEqual([
      "etcd/one belongs to the project etcd, as 2 more of its images do",
    ]);
  });
});

describe("what is promoted", () => {
  test("listed destinations become mirrors by the longest prefix at a slash", () => {
    const reading = read(
      thin({
        a: [
          registries("gcr.io/stage-a", prod, `${prod}/kubernetes`, `${prod}2/x`, "eu.example.org/prod/images"),
          image("pause", "1", "3.9", "3"),
        ],
      }),
      placement({
        [prod]: ["google/us"],
        "eu.example.org/prod/images/": ["google/eu", "aws/eu"],
        "us.example.org": [],
      }),
    );
    expect(reading.promoted.images).toMatchObject([
      {
        repository: "pause",
        destinations: ["aws/eu", "google/eu", "google/us"],
        tags: ["3", "3.9"],
        source: "gcr.io/stage-a/pause",
      },
      { repository: "kubernetes/pause", destinations: ["google/us"] },
    ]);
    expect(reading.promoted.images[0]?.place).toEqual({
      file: join(reading.folder, "images/a/images.yaml"),
      line: 3,
      column: 5,
    });
    expect(reading.unmapped).toEqual([]);
  });

  test("destinations that are not mirrors are named, and nothing goes there", () => {
    const reading = read(
      thin({ a: [registries("gcr.io/stage-a", prod, "us.gcr.io/prod"), image("pause", "1", "3.9")] }),
      placement({ [prod]: "all" }),
    );
    expect(reading.ok).toBe(true);
    expect(reading.promoted.images).toMatchObject([{ repository: "pause", destinations: "all" }]);
    expect(reading.unmapped).toMatchObject([{ project: "a", name: "us.gcr.io/prod", place: { line: 6 } }]);
  });

  test("destinations that are not mirrors are warnings: at each place, or once if there are many below one root", () => {
    const tree = (...regions: readonly string[]) =>
      thin({
        a: [
          registries("gcr.io/a", prod, ...regions.map((region) => `us.gcr.io/prod/${region}`)),
          image("one", "1", "1"),
        ],
        b: [registries("gcr.io/b", "us.gcr.io/prod/b"), image("two", "2", "1")],
      });
    const known = placement({ [prod]: "all" });
    const { problems, lines: few } = read(tree("a"), known);
    expect(few).toEqual([
      "manifests/a/promoter-manifest.yaml:6:9 warning manifest/unmapped-destination",
      "manifests/b/promoter-manifest.yaml:4:9 warning manifest/unmapped-destination",
    ]);
    expect(problems[0]).toMatchObject({
      message: "us.gcr.io/prod/a is not a mirror: nothing is promoted to it",
      fix: expect.stringContaining('Map "us.gcr.io/prod/a" in promotion.destinations'),
    });
    const many = read(tree("a", "c", "d"), known).problems.map(({ line, message }) => `${line} ${message}`);
    expect(many).toEqual(["6 4 destinations at us.gcr.io/prod are not mirrors: nothing is promoted to them"]);
    for (const nothingMapped of [undefined, placement({})]) expect(read(tree("a"), nothingMapped).problems).toEqual([]);
  });

  test("in our own layout, places come from the inventory", () => {
    const reading = read(
      {
        "etcd/images.yaml": image("etcd", "1", "v1"),
        "etcd/files.yaml": `files:\n- name: x\n  sha256: ${checksum("a")}\n`,
        "other/images.yaml": "[]",
      },
      placement({}),
    );
    expect(reading.promoted.images).toMatchObject([
      { project: "etcd", source: "stage.example.org/etcd/etcd", repository: "etcd", destinations: "all" },
      { repository: "etcd/etcd" },
    ]);
    expect(reading.promoted.files).toMatchObject([
      { source: "gs://etcd-staging/", name: "x", path: "release/x", destinations: "all" },
    ]);
    expect(reading.lines).toEqual([
      "other/images.yaml:1:1 error manifest/unknown-project",
      "other/images.yaml:1:1 error manifest/unknown-staging",
    ]);
  });

  test("a project with an error is left out, and hides no other", () => {
    const reading = read(
      thin({
        a: [registries("gcr.io/a", prod), '- name: foo\n  dmap:\n    "sha256:0": [v1]\n'],
        b: [registries("gcr.io/b", prod), image("bar", "2", ".", "v1")],
        c: [registries("gcr.io/c", prod), image("baz", "3", "v1")],
      }),
      placement({ [prod]: "all" }),
    );
    expect(reading.lines).toEqual([
      "images/a/images.yaml:3:5 error manifest/bad-digest",
      "images/b/images.yaml:3:81 error manifest/bad-tag",
    ]);
    expect(reading.promoted).toMatchObject({ projects: ["c"], images: [{ project: "c" }] });
  });
});

describe("one tag, two digests", () => {
  const all = placement({ "us.example.org/prod": "all", "eu.example.org/prod": "all" });

  test.each<[string, Tree, readonly string[], readonly string[]]>([
    [
      "at one destination of two projects",
      thin({
        a: [registries("gcr.io/a", prod), image("foo", "1", "1.0") + image("bar", "2", "1.0")],
        b: [registries("gcr.io/b", prod), image("foo", "3", "1.0", "1.1")],
      }),
      ["images/a/images.yaml:3:5", "images/b/images.yaml:3:5"],
      ["images/bar"],
    ],
    [
      "where one destination lies inside the other",
      thin({
        a: [registries("gcr.io/a", prod), image("kubernetes/pause", "1", "3.9")],
        b: [registries("gcr.io/b", `${prod}/kubernetes`), image("pause", "3", "3.9") + image("etcd", "4", "3.9")],
      }),
      ["images/a/images.yaml:3:5", "images/b/images.yaml:3:5"],
      ["images/kubernetes/etcd"],
    ],
    [
      "at two destinations that are the same mirrors",
      thin({
        a: [registries("gcr.io/a", prod), image("foo", "1", "1.0")],
        b: [registries("gcr.io/b", "eu.example.org/prod/images"), image("foo", "3", "1.0")],
      }),
      ["images/a/images.yaml:3:5", "images/b/images.yaml:3:5"],
      [],
    ],
  ])("%s: an error at both places, which blocks those two", (_case, tree, places, rest) => {
    const reading = read(tree, all);
    expect(reading.lines).toEqual(places.map((place) => `${place} error manifest/tag-conflict`));
    expect(reading.promoted.images.map(({ repository }) => repository)).toEqual(rest);
    expect(reading.problems[0]?.message).toMatch(/ is also promised for sha256:a0+3 at .*images\/b\/images.yaml:3$/);
  });

  test.each<[string, Tree]>([
    [
      "the same digest from two sources",
      thin({
        a: [registries("gcr.io/a", prod), image("foo", "1", "1.0")],
        b: [registries("gcr.io/b", prod), image("foo", "1", "1.0")],
      }),
    ],
    [
      "two digests without tags",
      thin({
        a: [registries("gcr.io/a", prod), image("foo", "1")],
        b: [registries("gcr.io/b", prod), image("foo", "2")],
      }),
    ],
    [
      "destinations that only begin alike",
      thin({
        a: [registries("gcr.io/a", `${prod}/x`), image("foo", "1", "v1")],
        b: [registries("gcr.io/b", `${prod}/x2`), image("foo", "2", "v1")],
      }),
    ],
  ])("%s is not a conflict", (_case, tree) => {
    expect(read(tree, all).ok).toBe(true);
  });

  test("in 22 regions is reported once at each place", () => {
    const regions = Array.from({ length: 22 }, (_, index) => `r${index}.example.org/prod`);
    const reading = read(
      thin({ a: [registries("gcr.io/a", ...regions), image("foo", "1", "v1") + image("foo", "2", "v1")] }),
    );
    expect(reading.lines.filter((line) => line.includes("conflict"))).toHaveLength(2);
  });
});

test("every rule has a case", () => {
  const elsewhere = [
    "manifest/bad-link",
    "manifest/still-promised",
    "manifest/withdrawal-scope",
    "manifest/repeated-withdrawal",
  ];
  const rules = manifestRules.map(({ id }) => id).filter((id) => !elsewhere.includes(id));
  expect(rules.filter((id) => !covered.has(id))).toEqual([]);
});
