import fc from "fast-check";
import { formatFiles } from "../../../promotion/manifests/format-files";
import { formatImages } from "../../../promotion/manifests/format-images";
import { readFileProject } from "../../../promotion/manifests/read-file-project";
import { readImageProject } from "../../../promotion/manifests/read-image-project";
import { runs } from "../../property-runs";
import { checksum, digest, writeTree } from "./manifest-tree";

type Images = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

const inventoryOf = (images: Images) =>
  new Map(Object.entries(images).map(([name, digests]) => [name, new Map(Object.entries(digests))]));

test.each<[string, Images, string]>([
  ["nothing", {}, "[]\n"],
  [
    "names, digests and tags are sorted",
    {
      foo: { [digest("b")]: ["one"], [digest("f")]: ["0.9", "0.5"], [digest("1")]: ["0.3", "0.2"] },
      bar: { [digest("0")]: ["0.8", "0.5", "0.9"] },
    },
    `- name: bar
  dmap:
    "${digest("0")}": ["0.5", "0.8", "0.9"]
- name: foo
  dmap:
    "${digest("1")}": ["0.2", "0.3"]
    "${digest("b")}": ["one"]
    "${digest("f")}": ["0.5", "0.9"]
`,
  ],
  [
    "tags are sorted as text, not as versions, and a digest may have none",
    { "a/b": { [digest("2")]: ["v1.4.0", "v1.10.0", "v1.4.0"], [digest("1")]: [] } },
    `- name: a/b
  dmap:
    "${digest("1")}": []
    "${digest("2")}": ["v1.10.0", "v1.4.0"]
`,
  ],
])("images: %s", (_case, images, text) => {
  expect(formatImages(inventoryOf(images))).toBe(text);
});

test("files are sorted by name, and quoted where YAML needs it", () => {
  const digits = "1".repeat(64);
  const files = new Map([
    ["v1/b", checksum("1")],
    ["v1/a", digits],
  ]);
  expect(formatFiles(files)).toBe(`files:
- name: v1/a
  sha256: "${digits}"
- name: v1/b
  sha256: ${checksum("1")}
`);
  expect(formatFiles(new Map())).toBe("files: []\n");
});

const hexadecimal = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const names = fc.stringMatching(/^[a-z0-9]{1,4}([._-][a-z0-9]{1,4})?(\/[a-z0-9]{1,3})?$/);
const tags = fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,9}$/), { maxLength: 4 });
const digests = fc.uniqueArray(fc.tuple(hexadecimal(64), tags), {
  minLength: 1,
  maxLength: 4,
  selector: ([hash]) => hash,
});
const images = fc.uniqueArray(fc.tuple(names, digests), { maxLength: 4, selector: ([name]) => name });

test("what is written can be read again, in any order of the input", () => {
  fc.assert(
    fc.property(images, (entries) => {
      const inventory = entries.map(
        ([name, list]) => [name, new Map(list.map(([hash, listed]) => [`sha256:${hash}`, listed] as const))] as const,
      );
      const text = formatImages(new Map(inventory));
      expect(formatImages(new Map([...inventory].reverse()))).toBe(text);
      const folder = writeTree({ "images.yaml": text });
      const read = readImageProject({ kind: "images", project: "a", images: `${folder}/images.yaml` });
      expect(read.problems.filter(({ severity }) => severity === "error")).toEqual([]);
      const found = read.images.map(({ name, digests: list }) => [
        name,
        new Map(list.map(({ digest: each, tags: listed }) => [each, listed])),
      ]);
      expect(new Map(found as never)).toEqual(
        new Map(
          inventory.map(([name, list]) => [name, new Map([...list].map(([key, each]) => [key, [...each].sort()]))]),
        ),
      );
    }),
    runs(30),
  );
});

test("files that are written can be read again", () => {
  const files = fc.dictionary(names, hexadecimal(64), { minKeys: 1, maxKeys: 5, noNullPrototype: true });
  fc.assert(
    fc.property(files, (checksums) => {
      const folder = writeTree({ "files.yaml": formatFiles(new Map(Object.entries(checksums))) });
      const read = readFileProject({ kind: "files", project: "a", files: [`${folder}/files.yaml`] });
      expect(read.problems).toEqual([]);
      expect(Object.fromEntries(read.files.map(({ name, sha256 }) => [name, sha256]))).toEqual(checksums);
    }),
    runs(30),
  );
});
