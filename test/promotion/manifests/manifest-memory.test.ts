import { join } from "node:path";
import fc from "fast-check";
import { ManifestMemory } from "../../../promotion/manifests/manifest-memory";
import type { Placement } from "../../../promotion/manifests/placement";
import { type ManifestsReading, readManifests } from "../../../promotion/manifests/read-manifests";
import { runs } from "../../property-runs";
import { checksum, digest, filestores, registries, type Tree, writeTree } from "./manifest-tree";

const placement: Placement = {
  stagingOf: () => undefined,
  hasProject: () => true,
  imagesAt: () => [""],
  filesAt: () => "",
  ownerOf: () => undefined,
  destinations: new Map([["us.example.org/prod", "all"]]),
};

/** Images of one repository name, tags and digests that may be in conflict, or invalid. */
const images = fc
  .array(fc.tuple(fc.constantFrom("a", "b", "B_"), fc.constantFrom("1", "2"), fc.constantFrom("v1", "v2", "-")), {
    maxLength: 3,
  })
  .map((entries) =>
    entries.length === 0
      ? "[]\n"
      : entries.map(([name, end, tag]) => `- name: ${name}\n  dmap:\n    "${digest(end)}": ["${tag}"]\n`).join(""),
  );

const fileLists = fc
  .array(fc.tuple(fc.constantFrom("x", "y"), fc.constantFrom("1", "2")), { minLength: 1, maxLength: 2 })
  .map(
    (entries) => `files:\n${entries.map(([name, end]) => `- name: ${name}\n  sha256: ${checksum(end)}\n`).join("")}`,
  );

/** Two image projects and two file projects. */
const trees = fc.tuple(images, images, fileLists, fileLists).map(
  ([one, two, files, others]): Tree => ({
    "i/manifests/one/promoter-manifest.yaml": registries("gcr.io/stage-one", "us.example.org/prod"),
    "i/images/one/images.yaml": one,
    "i/manifests/two/promoter-manifest.yaml": registries("gcr.io/stage-two", "us.example.org/prod"),
    "i/images/two/images.yaml": two,
    "f/filestores/three/filepromoter-manifest.yaml": filestores("gs://stage-three", "gs://prod"),
    "f/manifests/three/files.yaml": files,
    "f/filestores/four/filepromoter-manifest.yaml": filestores("gs://stage-four", "gs://prod"),
    "f/manifests/four/files.yaml": others,
  }),
);

const directoriesOf = (folder: string) => [join(folder, "i"), join(folder, "f")];

/** A reading without the places of its parts. */
function withoutPlaces({ ok, counts, problems, promoted, unmapped }: ManifestsReading, folder: string) {
  const plain = (value: unknown) =>
    JSON.parse(
      JSON.stringify(value, (key, part) => (key === "file" || key === "place" ? undefined : part))
        .replaceAll(/\/[^" ]*manifests-[A-Za-z0-9]+\//g, "")
        .replaceAll(folder, ""),
    );
  return plain({ ok, counts, problems, promoted, unmapped });
}

test("with the manifests of another tree in memory, a tree is read as without", () => {
  fc.assert(
    fc.property(trees, trees, fc.array(fc.nat(7), { maxLength: 3 }), (today, other, changed) => {
      const names = Object.keys(today);
      const former: Tree = {
        ...today,
        ...Object.fromEntries(changed.map((number) => [names[number] ?? "", other[names[number] ?? ""] ?? ""])),
      };
      const memory = new ManifestMemory();
      readManifests(directoriesOf(writeTree(today)), placement, { remember: memory });
      const folder = writeTree(former);
      const recalled = readManifests(directoriesOf(folder), placement, { known: memory });
      expect(withoutPlaces(recalled, folder)).toEqual(
        withoutPlaces(readManifests(directoriesOf(folder), placement), folder),
      );
    }),
    runs(25),
  );
});
