import fc from "fast-check";
import { decodeOverlay } from "../../overlay/decode-overlay";
import { encodeOverlay } from "../../overlay/encode-overlay";
import type { AuditContent } from "../../overlay/overlay-content";
import { replaceAudit } from "../../overlay/replace-audit";

const issued = "2026-01-01T00:00:00Z";
const later = "2026-01-02T00:00:00Z";
const audit: AuditContent = {
  at: "2026-01-01T12:00:00Z",
  isClean: false,
  stores: [{ store: "aws/us files", there: 3, missing: 1, other: 0 }],
};

it("keeps the index and withdrawals of any overlay", () => {
  const keys = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,20}$/), { maxLength: 30 });
  fc.assert(
    fc.property(keys, fc.string({ maxLength: 30 }), (names, reason) => {
      const objects = names.map((key) => ({ key, promotion: 1, isEverywhere: true }));
      const content = {
        issued,
        promoted: { covers: { images: [""], files: [] }, newest: 1, objects, complete: { "aws/us files": 1 } },
        withdrawn: { images: [], objects: [], files: [{ path: "v1/tool", reason }] },
      };
      const replaced = decodeOverlay(replaceAudit(encodeOverlay(content), audit, later));
      expect(replaced).toMatchObject({ issued: later, audit, newest: 1, objects: names.length });
      expect(names.every((name) => replaced.promotionOf(name)?.promotion === 1)).toBe(true);
      expect(replaced.withdrawalOfFile("v1/tool")).toBe(reason);
      const again = replaceAudit(
        replaceAudit(encodeOverlay(content), audit, later),
        { ...audit, isClean: true },
        later,
      );
      expect(decodeOverlay(again).audit?.isClean).toBe(true);
    }),
  );
});

it.each<[string, unknown]>([
  ["a name that is no store", { ...audit, stores: [{ store: "<script>", there: 0, missing: 0, other: 0 }] }],
  ["a figure that is none", { ...audit, stores: [{ store: "aws/us files", there: "many", missing: 0, other: 0 }] }],
  ["no time", { ...audit, at: "yesterday" }],
  ["too many stores", { ...audit, stores: Array(2_001).fill(audit.stores[0]) }],
])("refuses %s", (_, wrong) => {
  const overlay = encodeOverlay({ issued, withdrawn: { images: [], objects: [], files: [] } });
  expect(() => replaceAudit(overlay, wrong as AuditContent, later)).toThrow("the overlay");
});
