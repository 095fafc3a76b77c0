import { decodeOverlay } from "../../../overlay/decode-overlay";
import { overlayName } from "../../../overlay/overlay-name";
import { publishAudit } from "../../../promotion/ledger/publish-audit";
import { publishOverlay } from "../../../promotion/ledger/publish-overlay";
import { MemoryBucket } from "../../stores/memory-bucket";

const withdrawn = { images: [], objects: [], files: [] };
const audit = { at: "2026-01-01T12:00:00Z", isClean: true, stores: [] };

it("adds an audit to the overlay, and runs keep it", async () => {
  const bucket = new MemoryBucket();
  const overlay = () => decodeOverlay(bucket.objects.get(overlayName)?.bytes ?? Buffer.alloc(0));
  expect(await publishAudit(bucket, audit, "2026-01-02T00:00:00Z")).toBe(false);
  await publishOverlay(bucket, { issued: "2026-01-01T00:00:00Z", withdrawn });
  expect(await publishAudit(bucket, audit, "2026-01-02T00:00:00Z")).toBe(true);
  expect(overlay()).toMatchObject({ issued: "2026-01-02T00:00:00Z", audit });
  // Nothing has changed, so that nothing is written.
  expect(await publishOverlay(bucket, { issued: "2026-01-03T00:00:00Z", withdrawn })).toBe(false);
  const files = [{ path: "v1/tool", reason: "bad" }];
  expect(await publishOverlay(bucket, { issued: "2026-01-03T00:00:00Z", withdrawn: { ...withdrawn, files } })).toBe(
    true,
  );
  expect(overlay()).toMatchObject({ issued: "2026-01-03T00:00:00Z", audit, withdrawals: 1 });
});

it("replaces nothing that a run has published meanwhile", async () => {
  const bucket = new MemoryBucket();
  await publishOverlay(bucket, { issued: "2026-01-01T00:00:00Z", withdrawn });
  bucket.delay = async ({ method }) => {
    if (method !== "put") return;
    bucket.delay = async () => {};
    const { bytes = Buffer.alloc(0) } = bucket.objects.get(overlayName) ?? {};
    bucket.hold(overlayName, bytes);
  };
  await expect(publishAudit(bucket, audit, "2026-01-02T00:00:00Z")).rejects.toMatchObject({ fault: "exists" });
});
