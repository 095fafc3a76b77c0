import type { Ledger, LedgerImage } from "../../../promotion/ledger/ledger";
import { renumberRestored } from "../../../promotion/ledger/renumber-restored";
import { digestOfNumber } from "./ledger-arbitrary";

const withdrawn = { hidden: "2026-11-25T10:00:00.000Z", reason: "broken", removedFrom: [] };
const image: LedgerImage = {
  project: "app",
  repository: "app/server",
  digest: digestOfNumber(1),
  tags: ["v1", "v2"],
  promotion: 1,
  manifests: [],
  blobs: [],
};

function ledgerOf(more: Partial<LedgerImage>): Ledger {
  return { format: 1, newest: 4, images: [{ ...image, ...more }], files: [], complete: {} };
}

test.each<[string, Partial<LedgerImage>, Partial<LedgerImage>, number]>([
  ["an image is promoted again", { withdrawn }, {}, 5],
  ["an image is withdrawn", {}, { withdrawn }, 1],
  ["the reason changes", { withdrawn }, { withdrawn: { ...withdrawn, reason: "worse" } }, 1],
  [
    "a tag is promoted again",
    { withdrawnTags: { v1: withdrawn, v2: withdrawn } },
    { withdrawnTags: { v1: withdrawn } },
    5,
  ],
  ["a tag is gone", { withdrawnTags: { v1: withdrawn } }, { tags: ["v2"] }, 1],
  ["nothing happens", {}, {}, 1],
])("%s", (_, before, now, promotion) => {
  const next = renumberRestored(ledgerOf(before), ledgerOf(now), 5);
  expect(next.images[0]?.promotion).toBe(promotion);
  expect(next.newest).toBe(Math.max(4, promotion));
});
