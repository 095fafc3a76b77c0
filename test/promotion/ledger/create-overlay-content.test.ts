import fc from "fast-check";
import { encodeOverlay } from "../../../overlay/encode-overlay";
import { createOverlayContent, type ProjectPaths } from "../../../promotion/ledger/create-overlay-content";
import type { Ledger, LedgerImage } from "../../../promotion/ledger/ledger";
import { runs } from "../../property-runs";
import { anyLedger, digestOfNumber } from "./ledger-arbitrary";

const issued = "2026-11-26T00:00:00.000Z";
const [a, b, c, d, e] = [1, 2, 3, 4, 5].map(digestOfNumber) as [string, string, string, string, string];
const withdrawn = { hidden: "2026-11-25T10:00:00.000Z", reason: "broken", removedFrom: [] };

function image(digest: string, promotion: number, more: Partial<LedgerImage> = {}): LedgerImage {
  return { project: "app", repository: "app/a", digest, tags: [], promotion, manifests: [], blobs: [], ...more };
}

function contentOf(ledger: Partial<Ledger>, projects: readonly ProjectPaths[] = []) {
  const content = createOverlayContent(
    { format: 1, newest: 9, images: [], files: [], complete: {}, ...ledger },
    projects,
    issued,
  );
  return { ...content, objects: [...(content.promoted?.objects ?? [])] };
}

test("an object that several images share has the oldest promotion of those that go everywhere", () => {
  const { objects } = contentOf({
    images: [
      image(a, 3, { blobs: [c], manifests: [d] }),
      image(b, 2, { blobs: [c] }),
      image(e, 1, { blobs: [c, d], destinations: ["google/us"] }),
      image(a, 7, { repository: "app/b", blobs: [c] }),
    ],
    files: [{ project: "app", path: "v1/tool", sha256: "", promotion: 4, destinations: ["aws/eu"] }],
  });
  expect(objects).toEqual([
    { key: `app/a@${a}`, promotion: 3, isEverywhere: true },
    { key: `app/a@${d}`, promotion: 3, isEverywhere: true },
    { key: `app/a@${c}`, promotion: 2, isEverywhere: true },
    { key: `app/a@${b}`, promotion: 2, isEverywhere: true },
    { key: `app/a@${e}`, promotion: 1, isEverywhere: false },
    { key: `app/b@${a}`, promotion: 7, isEverywhere: true },
    { key: `app/b@${c}`, promotion: 7, isEverywhere: true },
    { key: "v1/tool", promotion: 4, isEverywhere: false },
  ]);
});

test("a withdrawn image takes with it what no other image of the repository needs", () => {
  const { objects, withdrawn: hidden } = contentOf({
    covered: ["app"],
    images: [
      image(a, 1, { tags: ["v1", "v1.0"], manifests: [b], blobs: [c, d], withdrawn }),
      image(e, 2, { tags: ["v2", "v3"], blobs: [d], withdrawnTags: { v3: { ...withdrawn, reason: "wrong" } } }),
      image(a, 3, { repository: "app/b", blobs: [c] }),
    ],
    files: [{ project: "app", path: "v1/tool", sha256: "", promotion: 4, withdrawn }],
  });
  expect(objects.map(({ key }) => key)).toEqual([`app/a@${e}`, `app/a@${d}`, `app/b@${a}`, `app/b@${c}`]);
  expect(hidden).toEqual({
    images: [
      { repository: "app/a", digest: a, tags: ["v1", "v1.0"], reason: "broken" },
      { repository: "app/a", tags: ["v3"], reason: "wrong" },
    ],
    objects: [`app/a@${b}`, `app/a@${c}`].sort(),
    files: [{ path: "v1/tool", reason: "broken" }],
  });
});

test("more withdrawn images than an overlay has room for stay hidden; of their parts, those of the last ones", () => {
  const images = Array.from({ length: 500 }, (_, at) => {
    const blobs = Array.from({ length: 60 }, (_, part) => digestOfNumber(1_000_000 + 60 * at + part));
    const hidden = new Date(Date.parse(withdrawn.hidden) + at * 1_000).toISOString();
    return image(digestOfNumber(1_000 + at), 1, { blobs, withdrawn: { ...withdrawn, hidden } });
  });
  const content = contentOf({ images, covered: ["app"] });
  expect(() => encodeOverlay(content)).not.toThrow();
  const { images: hidden, objects } = content.withdrawn;
  expect([hidden.length, objects.length > 10_000]).toEqual([500, true]);
  expect(objects).toContain(`app/a@${images.at(-1)?.blobs[0]}`);
  expect(objects).not.toContain(`app/a@${images[0]?.blobs[0]}`);
});

test("parts of a withdrawn image stay while the ledger does not have all images that may need them", () => {
  const { withdrawn: hidden } = contentOf({
    covered: ["tools"],
    images: [image(a, 1, { manifests: [b], blobs: [c], withdrawn }), image(d, 1, { project: "tools", blobs: [e] })],
  });
  expect(hidden).toMatchObject({ images: [{ digest: a }], objects: [] });
});

test("a withdrawn tag that moved to another image is not hidden", () => {
  const { withdrawn: hidden } = contentOf({
    images: [image(a, 1, { withdrawnTags: { v1: withdrawn } }), image(b, 2, { tags: ["v1"] })],
  });
  expect(hidden.images).toEqual([]);
});

test("a withdrawn image that is a child of a promoted index loses only its tags", () => {
  const { withdrawn: hidden } = contentOf({
    images: [image(a, 1, { tags: ["v1"], blobs: [b], withdrawn }), image(c, 2, { manifests: [a], blobs: [b] })],
  });
  expect(hidden).toEqual({ images: [{ repository: "app/a", tags: ["v1"], reason: "broken" }], objects: [], files: [] });
});

const project = (key: string, imagesAt: readonly string[], filesAt = key): ProjectPaths => ({ key, imagesAt, filesAt });

test.each<[string, readonly string[], readonly ProjectPaths[], readonly string[]]>([
  ["none is complete", [], [project("app", ["app"])], []],
  ["one is complete", ["app"], [project("app", ["app", "more"]), project("tools", ["tools"])], ["app", "more"]],
  ["another is below", ["app"], [project("app", ["app"]), project("tools", ["app/tools"])], []],
  ["another is above", ["tools"], [project("app", ["app"]), project("tools", ["app/tools"])], ["app/tools"]],
  ["another has the same place", ["app"], [project("app", ["app"]), project("tools", ["app"])], []],
  ["the root", ["app"], [project("app", [""])], [""]],
  ["the root with an incomplete project below", ["app"], [project("app", [""]), project("tools", ["tools"])], []],
  ["names with the same beginning", ["app"], [project("app", ["app"]), project("tools", ["application"])], ["app"]],
])("what the index speaks for: %s", (_, covered, projects, images) => {
  expect(contentOf({ covered }, projects).promoted?.covers.images).toEqual(images);
});

test("nothing that is promoted is hidden, and nothing that is hidden is promoted", () => {
  fc.assert(
    fc.property(anyLedger, (ledger) => {
      const { objects, withdrawn: hidden } = contentOf(ledger);
      const keys = new Set(objects.map(({ key }) => key));
      expect(keys.size).toBe(objects.length);
      const digests = hidden.images.flatMap(({ repository, digest }) => (digest ? [`${repository}@${digest}`] : []));
      for (const key of [...digests, ...hidden.objects, ...hidden.files.map(({ path }) => path)]) {
        expect(keys).not.toContain(key);
      }
    }),
    runs(100),
  );
});
