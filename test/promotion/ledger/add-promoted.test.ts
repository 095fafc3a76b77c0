import fc from "fast-check";
import { addPromoted, type Found, type FoundFile, type FoundImage } from "../../../promotion/ledger/add-promoted";
import type { Ledger } from "../../../promotion/ledger/ledger";
import { runs } from "../../property-runs";
import { anyLedger, digestOfNumber } from "./ledger-arbitrary";

const empty: Ledger = { format: 1, newest: 0, images: [], files: [], complete: {} };
const image: FoundImage = {
  project: "app",
  repository: "app/server",
  digest: digestOfNumber(1),
  tags: ["v1"],
  manifests: [digestOfNumber(2)],
  blobs: [digestOfNumber(3)],
};
const file: FoundFile = { project: "tools", path: "v1/tool", sha256: digestOfNumber(4).slice(7) };
const both: Found = { images: [image], files: [file] };
const signature: FoundImage = { ...image, digest: digestOfNumber(5), attachedTo: image.digest, tags: ["sha256-1.sig"] };

const first = addPromoted(empty, both, 1);

test("what is new gets the number", () => {
  expect(first).toEqual({
    ...empty,
    newest: 1,
    images: [{ ...image, promotion: 1 }],
    files: [{ ...file, promotion: 1 }],
  });
});

const limited = addPromoted(empty, { images: [{ ...image, destinations: ["google/us"] }], files: [] }, 1);

test.each<[string, Ledger, Partial<Found>, number]>([
  ["nothing new", first, both, 1],
  ["fewer tags", first, { images: [{ ...image, tags: [] }] }, 1],
  ["another tag", first, { images: [{ ...image, tags: ["v2"] }] }, 2],
  ["more mirrors", limited, { images: [{ ...image, destinations: ["aws/eu", "google/us"] }] }, 2],
  ["all mirrors", limited, { images: [image] }, 2],
  ["fewer mirrors", first, { images: [{ ...image, destinations: ["google/us"] }] }, 1],
  ["another project", first, { images: [{ ...image, project: "other" }] }, 1],
  ["other content of a file", first, { files: [{ ...file, sha256: digestOfNumber(6).slice(7) }] }, 2],
  ["fewer mirrors of a file", first, { files: [{ ...file, destinations: ["aws/eu"] }] }, 1],
])("%s: the number is right", (_, ledger, found, number) => {
  const next = addPromoted(ledger, { images: [], files: [], ...found }, 2);
  expect(next.newest).toBe(number);
  const changed = found.files ? next.files[0] : next.images[0];
  expect(changed?.promotion).toBe(number);
});

test("the ledger is the same if nothing has changed", () => {
  expect(addPromoted(first, both, 2)).toBe(first);
});

test("a tag that moves belongs to one image", () => {
  const other = { ...image, digest: digestOfNumber(7) };
  const { images } = addPromoted(first, { images: [other], files: [] }, 2);
  expect(images.map(({ tags, promotion }) => ({ tags, promotion }))).toEqual([
    { tags: [], promotion: 1 },
    { tags: ["v1"], promotion: 2 },
  ]);
});

test("an attachment that is promised itself stays so", () => {
  const attached = addPromoted(first, { images: [signature], files: [] }, 2);
  const { attachedTo, ...own } = signature;
  const promised = addPromoted(attached, { images: [own], files: [] }, 3);
  expect(promised.images[1]).not.toHaveProperty("attachedTo");
  expect(addPromoted(promised, { images: [signature], files: [] }, 4)).toBe(promised);
});

test("a withdrawal stays until it is revoked", () => {
  const withdrawn = { hidden: "2026-11-25T10:00:00.000Z", reason: "broken", removedFrom: [] };
  const hidden = { ...first, images: first.images.map((each) => ({ ...each, withdrawn })) };
  const next = addPromoted(hidden, { images: [{ ...image, tags: ["v2"] }], files: [] }, 2);
  expect(next.images[0]).toMatchObject({ tags: ["v1", "v2"], withdrawn });
});

test("adding twice changes nothing, and no entry is lost", () => {
  fc.assert(
    fc.property(anyLedger, anyLedger, (ledger, other) => {
      const images = other.images.map(({ promotion, withdrawn, ...rest }): FoundImage => ({ ...rest, tags: [] }));
      const files = other.files.map(({ promotion, withdrawn, ...rest }): FoundFile => rest);
      const next = addPromoted(ledger, { images, files }, 10);
      expect(addPromoted(next, { images, files }, 11)).toBe(next);
      const names = new Set(next.images.map(({ repository, digest }) => `${repository}@${digest}`));
      for (const { repository, digest } of [...ledger.images, ...images]) {
        expect(names).toContain(`${repository}@${digest}`);
      }
      expect(Math.max(0, ...[...next.images, ...next.files].map(({ promotion }) => promotion))).toBeLessThanOrEqual(
        next.newest,
      );
    }),
    runs(100),
  );
});
