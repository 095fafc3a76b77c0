import { largestOverlay } from "../../../overlay/overlay-layout";
import { overlayName } from "../../../overlay/overlay-name";
import { replaceOverlay } from "../../../promotion/ledger/current-overlay";
import { largestTable } from "../../../redirector/tables/table-source";
import { MemoryBucket } from "../../stores/memory-bucket";

const absent = { etag: "absent", bytes: undefined, issued: undefined } as const;

test("an overlay is published only if redirectors read one as large", async () => {
  expect(largestOverlay).toBe(largestTable);
  const bucket = new MemoryBucket();
  await expect(replaceOverlay(bucket, absent, new Uint8Array(largestOverlay + 1))).rejects.toThrow(
    "promotion/overlay.v1.bin would have 16.1 MiB, and redirectors read at most 16 MiB, so that they would keep the one that they have: withdraw artifacts that nobody needs, or move projects to an inventory and a redirector of their own",
  );
  expect(bucket.objects.has(overlayName)).toBe(false);
  await replaceOverlay(bucket, absent, new Uint8Array(largestOverlay));
  expect(bucket.objects.has(overlayName)).toBe(true);
});
