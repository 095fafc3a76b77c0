import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promotionPrefix } from "../../../constructs/routing-table/promotion-prefix";
import { encodeOverlay } from "../../../overlay/encode-overlay";
import { overlayName } from "../../../overlay/overlay-name";
import { LiveOverlay, type OverlayEvent } from "../../../redirector/tables/live-overlay";
import { openSources } from "../../../redirector/tables/open-sources";
import { overlayLocation } from "../../../redirector/tables/overlay-location";
import { NoSuchObject } from "../../../redirector/tables/table-source";

const noon = Date.parse("2026-11-21T12:00:00Z");

function bytesOf(issued: string, reason = "a reason"): Uint8Array {
  return encodeOverlay({ issued, withdrawn: { images: [], objects: [], files: [{ path: "tool", reason }] } });
}

function damaged(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.write("x", copy.length - 4);
  return copy;
}

/** Reads a source that returns each of these once. */
async function readAll(readings: readonly (Uint8Array | Error | undefined)[]) {
  const events: OverlayEvent[] = [];
  const left = [...readings];
  const read = async () => {
    const next = left.shift();
    if (next instanceof Error) throw next;
    return next;
  };
  const live = new LiveOverlay(undefined, {
    source: { name: "fake", read },
    now: () => noon,
    report: (event) => events.push(event),
  });
  const reasons: (string | undefined)[] = [];
  for (const _ of readings) {
    await live.refresh();
    reasons.push(live.current?.withdrawalOfFile("tool"));
  }
  return { live, reasons, outcomes: events.map(({ outcome }) => outcome) };
}

const first = bytesOf("2026-11-20T12:00:00Z", "first");
const later = bytesOf("2026-11-21T11:00:00Z", "later");

describe("the overlay in force", () => {
  test.each<[string, Uint8Array | Error, string]>([
    ["an older one", bytesOf("2026-11-20T11:59:59Z"), "refused"],
    ["a damaged one", damaged(later), "refused"],
    ["something else", Buffer.from("<html>"), "refused"],
    ["one from the future", bytesOf("2026-11-23T12:00:00Z"), "refused"],
    ["none, where there was one", new NoSuchObject("it answered with status 404"), "unreachable"],
    ["a failure", new Error("it answered with status 500"), "unreachable"],
  ])("stays after %s, and a better one replaces it", async (_, reading, outcome) => {
    const { reasons, outcomes } = await readAll([first, reading, later, undefined]);
    expect(outcomes).toEqual(["loaded", outcome, "loaded", "unchanged"]);
    expect(reasons).toEqual(["first", "first", "later", "later"]);
  });

  test("may have been issued at the same time as the last one", async () => {
    const { reasons } = await readAll([first, bytesOf("2026-11-20T12:00:00Z", "again")]);
    expect(reasons).toEqual(["first", "again"]);
  });

  test("is none as long as there is none, which is no problem", async () => {
    const missing = new NoSuchObject("it answered with status 403 (AccessDenied)");
    const { live, outcomes } = await readAll([missing, missing, later]);
    expect(outcomes).toEqual(["missing", "missing", "loaded"]);
    expect(live.lastProblem).toBeUndefined();
  });

  test("is none after a broken first one, which is a problem", async () => {
    const { live, outcomes } = await readAll([damaged(first)]);
    expect(outcomes).toEqual(["refused"]);
    expect(live.current).toBeUndefined();
    expect(live.lastProblem?.words).toBe("fake: the overlay is damaged: its checksum differs");
  });
});

describe("an index that has lost much", () => {
  /** @param covers @default the index speaks for everything */
  const indexOf = (issued: string, count: number, gone = 0, covers = [""]) =>
    encodeOverlay({
      issued: `2026-11-21T${issued}:00Z`,
      promoted: {
        covers: { images: [], files: covers },
        newest: 1,
        objects: Array.from({ length: count }, (_, at) => ({ key: `v1/${at}`, promotion: 1, isEverywhere: true })),
        complete: {},
      },
      withdrawn: {
        images: [],
        objects: [],
        files: Array.from({ length: gone }, (_, at) => ({ path: `v1/${count + at}`, reason: "broken" })),
      },
    });

  test.each<[string, Uint8Array, string]>([
    ["a third is gone", indexOf("11:00", 1_000), "refused"],
    ["less is gone", indexOf("11:00", 1_001), "loaded"],
    ["all is gone", indexOf("11:00", 0), "refused"],
    ["much was withdrawn", indexOf("11:00", 900, 600), "loaded"],
    ["it speaks for nothing, as that of a ledger which is made again", indexOf("11:00", 0, 0, []), "loaded"],
  ])("%s", async (_, offered, outcome) => {
    const { live, outcomes } = await readAll([indexOf("10:00", 1_500), offered]);
    expect(outcomes).toEqual(["loaded", outcome]);
    const words = "fake: a third or more of its index is gone, ";
    expect(live.lastProblem?.words.startsWith(words) ?? false).toBe(outcome === "refused");
  });

  test("a small index may lose all", async () => {
    expect((await readAll([indexOf("10:00", 999), indexOf("11:00", 0)])).outcomes).toEqual(["loaded", "loaded"]);
  });
});

describe("the overlay's location", () => {
  test.each<[string, string]>([
    ["routing.table", "promotion/overlay.v1.bin"],
    ["/routing/routing.table", "/routing/promotion/overlay.v1.bin"],
    ["s3://tables/routing.table?region=eu-west-1", "s3://tables/promotion/overlay.v1.bin?region=eu-west-1"],
    ["gs://tables/a/routing.table", "gs://tables/a/promotion/overlay.v1.bin"],
    ["https://example.org/a/b.table?sig=a/b", "https://example.org/a/promotion/overlay.v1.bin?sig=a/b"],
  ])("is beside the table: %s", (table, overlay) => {
    expect(overlayLocation(table)).toBe(overlay);
    expect(() => openSources(table.replace(/^routing/, "./routing"))).not.toThrow();
  });

  test("is where the promoter may write, and where the function of AWS may read", () => {
    expect(overlayName.startsWith(`${promotionPrefix}overlay.`)).toBe(true);
  });

  test("leads to the file", async () => {
    const directory = mkdtempSync(join(tmpdir(), "overlay-"));
    try {
      const { overlaySource } = openSources(join(directory, "routing.table"));
      const live = new LiveOverlay(undefined, { source: overlaySource, now: () => noon, report: () => {} });
      expect((await live.refresh())?.outcome).toBe("missing");
      mkdirSync(dirname(overlaySource.name));
      writeFileSync(overlaySource.name, first);
      expect((await live.refresh())?.outcome).toBe("loaded");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
