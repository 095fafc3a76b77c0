import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAddress } from "../../../networks/parsed-address";
import { LiveTable, loadingLimit, type TableEvent } from "../../../redirector/tables/live-table";
import { openTableSource } from "../../../redirector/tables/open-table-source";
import type { TableSource } from "../../../redirector/tables/table-source";
import { decodeRoutingTable } from "../../../routing/routing-table";
import { damaged, type TableTraits, tableBytes } from "./live-table-bytes";

const noon = Date.parse("2026-11-21T12:00:00.000Z");
const minute = 60_000;

type Reading = Uint8Array | Error | undefined;

/** A source that returns what the test sets, and counts its readings. */
class ToldSource implements TableSource {
  readonly name = "fake";
  asked = 0;
  next: Reading | Promise<Reading>;
  signal: AbortSignal | undefined;

  async read(signal: AbortSignal): Promise<Uint8Array | undefined> {
    this.asked++;
    this.signal = signal;
    const next = await this.next;
    if (next instanceof Error) throw next;
    return next;
  }
}

/** A live table with such a source, and a clock that stands still until the test sets it. */
function trial(first: TableTraits = {}) {
  const source = new ToldSource();
  const events: TableEvent[] = [];
  const clock = { now: noon };
  const live = new LiveTable(decodeRoutingTable(tableBytes(first)), {
    source,
    now: () => clock.now,
    random: () => 0.5,
    report: (event) => events.push(event),
  });
  return { source, events, clock, live, outcomes: () => events.map(({ outcome }) => outcome) };
}

const later: TableTraits = { issued: "2026-11-21T10:00:00.000Z", prefixes: 301 };

describe("read once", () => {
  test("a new table is in force, and reported", async () => {
    const { source, events, clock, live } = trial();
    clock.now += 1000;
    source.next = tableBytes(later);
    const event = await live.refresh();
    expect(event).toEqual({ outcome: "loaded", source: "fake", loaded: live.current });
    expect(events).toEqual([event]);
    expect(live.current.content.prefixes).toBe(301);
    expect(live.loadedAt).toEqual(new Date(noon + 1000));
    expect(live.lastProblem).toBeUndefined();
  });

  test.each<[string, Reading]>([
    ["nothing new", undefined],
    ["the table that is in force", tableBytes()],
  ])("%s changes nothing", async (_, next) => {
    const { source, live, clock, outcomes } = trial();
    const { current, loadedAt } = live;
    clock.now += minute;
    source.next = next;
    await live.refresh();
    expect(outcomes()).toEqual(["unchanged"]);
    expect(live.current).toBe(current);
    expect(live.loadedAt).toBe(loadedAt);
  });

  test.each<[string, Uint8Array, string]>([
    ["nothing at all", new Uint8Array(), "not a routing table"],
    ["a web page", Buffer.from("<!doctype html>".repeat(10)), "not a routing table"],
    ["a table with a flipped bit", damaged(tableBytes(later)), "cut off or damaged"],
    ["a table cut off", tableBytes(later).slice(0, -8), "cut off or damaged"],
    ["a table cut off in its header", tableBytes(later).slice(0, 40), "not a routing table"],
    ["an older table", tableBytes({ issued: "2026-11-20T00:00:00.000Z" }), "it is older (2026-11-20T00:00:00.000Z)"],
    ["a table from the future", tableBytes({ issued: "2027-01-01T00:00:00.000Z" }), "issued in the future"],
    ["a table with a third of the prefixes fewer", tableBytes({ ...later, prefixes: 200 }), "200 after 300"],
    ["a table with a third of the mirrors fewer", tableBytes({ ...later, serving: 4 }), "4 after 6"],
    ["a fallback", tableBytes({ ...later, fallback: true }), "it is a fallback"],
    ["a table without hosts", tableBytes({ ...later, hosts: [] }), "it no longer serves any host"],
  ])("%s is refused, and the last valid table stays in force", async (_, next, words) => {
    const { source, events, live } = trial();
    const { current } = live;
    source.next = next;
    await live.refresh();
    expect(events).toEqual([{ outcome: "refused", source: "fake", words: expect.stringContaining(words) }]);
    expect(live.current).toBe(current);
    expect(live.lastProblem).toEqual({ at: new Date(noon), words: expect.stringContaining(`fake: `) });
    expect(live.lastProblem?.words).toContain(words);
  });

  test("simultaneous calls share one reading", async () => {
    const { source, live, outcomes } = trial();
    source.next = tableBytes(later);
    const [one, other] = await Promise.all([live.refresh(), live.refresh()]);
    expect(one).toBe(other);
    expect(source.asked).toBe(1);
    expect(outcomes()).toEqual(["loaded"]);
  });

  test("without a source, the first table stays in force", async () => {
    const neverAsked = jest.fn();
    const first = decodeRoutingTable(tableBytes());
    const live = new LiveTable(first, { report: neverAsked });
    live.start();
    live.refreshIfDue();
    expect(await live.refresh()).toBeUndefined();
    live.stop();
    expect(live.current).toBe(first);
    expect(neverAsked).not.toHaveBeenCalled();
  });
});

describe("a fallback in force", () => {
  const fallback: TableTraits = { fallback: true, issued: "1970-01-01T00:00:00.000Z", prefixes: 0, serving: 1 };

  test("is replaced by a table that lacks what it has: nothing is lost", async () => {
    const { source, live, outcomes } = trial(fallback);
    source.next = tableBytes({ ...later, hosts: [{ name: "other.example.org", serves: ["files"] }] });
    await live.refresh();
    expect(outcomes()).toEqual(["loaded"]);
  });

  test("is not replaced by a table that serves nothing", async () => {
    const { source, live, outcomes } = trial(fallback);
    source.next = tableBytes({ ...later, hosts: [] });
    await live.refresh();
    expect(outcomes()).toEqual(["refused"]);
  });

  test("is loading until another table is in force", async () => {
    const { source, clock, live } = trial(fallback);
    expect(live.isLoading).toBe(true);
    source.next = new Error("gone");
    await live.refresh();
    clock.now += loadingLimit - 1;
    expect(live.isLoading).toBe(true);
    source.next = tableBytes(later);
    await live.refresh();
    expect(live.isLoading).toBe(false);
  });

  test("is loading for at most ten seconds, and never without a source", () => {
    const { clock, live } = trial(fallback);
    clock.now += loadingLimit;
    expect(live.isLoading).toBe(false);
    expect(new LiveTable(decodeRoutingTable(tableBytes(fallback)), { report: () => {} }).isLoading).toBe(false);
    expect(trial().live.isLoading).toBe(false);
  });

  test("makes the source be read about every five seconds, even if requests drive it", async () => {
    const { source, clock, live } = trial(fallback);
    const asks = async (milliseconds: number) => {
      clock.now += milliseconds;
      await live.refreshIfDue();
      return source.asked;
    };
    source.next = new Error("gone");
    expect(await asks(0)).toBe(1);
    expect(await asks(4_999)).toBe(1);
    expect(await asks(1)).toBe(2);
    source.next = tableBytes(later);
    expect(await asks(5_000)).toBe(3);
    expect(await asks(59_999)).toBe(3);
    expect(await asks(1)).toBe(4);
  });
});

describe("a problem", () => {
  test("stays, with its time, until a valid table is loaded", async () => {
    const { source, clock, events, live, outcomes } = trial();
    source.next = damaged(tableBytes(later));
    await live.refresh();
    // The source does not return the same bytes again: it reports nothing new.
    source.next = undefined;
    clock.now += minute;
    await live.refresh();
    expect(events[1]).toEqual(events[0]);
    expect(live.lastProblem).toEqual({ at: new Date(noon), words: expect.stringContaining("damaged") });
    source.next = tableBytes({ ...later, prefixes: 1 });
    clock.now += minute;
    await live.refresh();
    expect(live.lastProblem).toEqual({ at: new Date(noon), words: expect.stringContaining("1 after 300") });
    source.next = tableBytes(later);
    await live.refresh();
    expect(live.lastProblem).toBeUndefined();
    expect(outcomes()).toEqual(["refused", "refused", "refused", "loaded"]);
  });

  test("also ends when the source has the table in force again", async () => {
    const { source, live, outcomes } = trial();
    source.next = damaged(tableBytes());
    await live.refresh();
    source.next = tableBytes();
    await live.refresh();
    source.next = undefined;
    await live.refresh();
    expect(live.lastProblem).toBeUndefined();
    expect(outcomes()).toEqual(["refused", "unchanged", "unchanged"]);
  });

  test("of an unreachable source ends when it answers, and a refused table is remembered", async () => {
    const { source, clock, live, outcomes } = trial();
    source.next = damaged(tableBytes(later));
    await live.refresh();
    source.next = new Error("it answered with status 500");
    clock.now += minute;
    await live.refresh();
    clock.now += minute;
    await live.refresh();
    expect(live.lastProblem).toEqual({ at: new Date(noon + minute), words: "fake: it answered with status 500" });
    source.next = undefined;
    await live.refresh();
    expect(live.lastProblem).toEqual({ at: new Date(noon), words: expect.stringContaining("damaged") });
    expect(outcomes()).toEqual(["refused", "unreachable", "unreachable", "refused"]);
  });

  test.each<[Error, string]>([
    [
      new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND tables.example.org") }),
      "getaddrinfo ENOTFOUND",
    ],
    [new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNREFUSED" }) }), "ECONNREFUSED"],
    [new TypeError("fetch failed"), "fetch failed"],
  ])("of %s is described by its cause", async (error, words) => {
    const { source, events, live } = trial();
    source.next = error;
    await live.refresh();
    expect(events).toEqual([{ outcome: "unreachable", source: "fake", words: expect.stringContaining(words) }]);
  });
});

describe("on a timer", () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: noon });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  /** A live table with the fake clock; `random` determines the jitter. */
  function running(random: number) {
    const source = new ToldSource();
    const events: TableEvent[] = [];
    const first = decodeRoutingTable(tableBytes());
    const live = new LiveTable(first, { source, random: () => random, report: (event) => events.push(event) });
    return { source, events, live };
  }

  test.each([
    [0, 54_000],
    [0.5, 60_000],
    [0.999, 65_988],
  ])("reads at once, and then every minute with jitter %d: after %d ms", async (random, period) => {
    const { source, live } = running(random);
    live.start();
    live.start();
    await jest.advanceTimersByTimeAsync(0);
    expect(source.asked).toBe(1);
    for (const times of [2, 3, 4]) {
      await jest.advanceTimersByTimeAsync(period - 1);
      expect(source.asked).toBe(times - 1);
      await jest.advanceTimersByTimeAsync(1);
      expect(source.asked).toBe(times);
    }
    live.stop();
    await jest.advanceTimersByTimeAsync(10 * minute);
    expect(source.asked).toBe(4);
    live.start();
    live.refreshIfDue();
    expect(await live.refresh()).toBeUndefined();
    expect(source.asked).toBe(4);
  });

  test("continues after a failure", async () => {
    const { source, live, events } = running(0.5);
    source.next = new Error("gone");
    live.start();
    await jest.advanceTimersByTimeAsync(3 * minute);
    source.next = tableBytes(later);
    await jest.advanceTimersByTimeAsync(minute);
    live.stop();
    expect(events.map(({ outcome }) => outcome)).toEqual([...Array(4).fill("unreachable"), "loaded"]);
  });

  test("a source that never answers times out after 20 seconds, and is read again", async () => {
    const { source, live, events } = running(0.5);
    source.next = new Promise(() => {});
    live.start();
    await jest.advanceTimersByTimeAsync(19_999);
    expect(events).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(events).toEqual([
      { outcome: "unreachable", source: "fake", words: "it did not answer in full within 20 s" },
    ]);
    expect(source.signal?.aborted).toBe(true);
    source.next = tableBytes(later);
    await jest.advanceTimersByTimeAsync(minute);
    live.stop();
    expect(live.current.content.prefixes).toBe(301);
    expect(live.lastProblem).toBeUndefined();
  });

  test("reports nothing if it is stopped while it waits", async () => {
    const { source, live, events } = running(0.5);
    source.next = new Promise(() => {});
    live.start();
    await jest.advanceTimersByTimeAsync(1000);
    live.stop();
    await jest.advanceTimersByTimeAsync(minute);
    expect(events).toEqual([]);
    expect(source.signal?.aborted).toBe(true);
    expect(live.lastProblem).toBeUndefined();
  });
});

describe("driven by requests", () => {
  /** Lets pending work finish. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  test("reads with the first request, and then when a minute has passed", async () => {
    const { source, clock, live } = trial();
    live.refreshIfDue();
    live.refreshIfDue();
    await settled();
    clock.now += minute - 1;
    live.refreshIfDue();
    await settled();
    expect(source.asked).toBe(1);
    clock.now += 1;
    live.refreshIfDue();
    await settled();
    expect(source.asked).toBe(2);
  });

  test("a request that starts a reading is answered from the table in force", async () => {
    const { source, live } = trial();
    source.next = tableBytes(later);
    live.refreshIfDue();
    expect(live.current.content.prefixes).toBe(300);
    await settled();
    expect(live.current.content.prefixes).toBe(301);
  });

  test("a process that was frozen while it waited records no failure, and reads with the next request", async () => {
    const { source, clock, live, events } = trial();
    let fail: (error: Error) => void = () => {};
    source.next = new Promise((_, reject) => {
      fail = reject;
    });
    live.refreshIfDue();
    clock.now += 10 * minute;
    fail(new Error("read ECONNRESET"));
    await settled();
    expect(events).toEqual([]);
    expect(live.lastProblem).toBeUndefined();
    source.next = tableBytes(later);
    live.refreshIfDue();
    await settled();
    expect(live.current.content.prefixes).toBe(301);
  });
});

describe("with real sources", () => {
  test("a file: overwritten in place, broken, and replaced by a rename", async () => {
    const directory = mkdtempSync(join(tmpdir(), "live-table-"));
    const path = join(directory, "routing.table");
    const outcomes: string[] = [];
    writeFileSync(path, tableBytes());
    const live = new LiveTable(decodeRoutingTable(tableBytes()), {
      source: openTableSource(path),
      now: () => noon,
      report: ({ outcome }) => outcomes.push(outcome),
    });
    await live.refresh();
    // The first reading finds half of it, the next all of it.
    const bytes = tableBytes(later);
    writeFileSync(path, bytes.subarray(0, bytes.length / 2));
    await live.refresh();
    expect(live.lastProblem?.words).toContain(path);
    writeFileSync(path, bytes);
    await live.refresh();
    expect(live.current.content.prefixes).toBe(301);
    expect(live.lastProblem).toBeUndefined();
    writeFileSync(`${path}.new`, tableBytes({ ...later, prefixes: 302 }));
    renameSync(`${path}.new`, path);
    await live.refresh();
    expect(live.current.content.prefixes).toBe(302);
    rmSync(directory, { recursive: true });
    await live.refresh();
    expect(live.current.content.prefixes).toBe(302);
    expect(outcomes).toEqual(["unchanged", "refused", "loaded", "loaded", "unreachable"]);
  });

  test("requests during reloads get a complete table, old or new; a refused one is sent once", async () => {
    const versions = Array.from({ length: 5 }, (_, index) => tableBytes({ ...later, prefixes: 301 + index }));
    const served: { etag: string; bytes: Uint8Array } = { etag: "", bytes: new Uint8Array() };
    let sent = 0;
    const server = createServer((request, response) => {
      const known = request.headers["if-none-match"] === served.etag;
      sent += known ? 0 : 1;
      response.writeHead(known ? 304 : 200, { ETag: served.etag });
      response.end(known ? undefined : served.bytes);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const outcomes: string[] = [];
    const live = new LiveTable(decodeRoutingTable(tableBytes()), {
      source: openTableSource(`http://127.0.0.1:${port}/routing.table`),
      now: () => noon,
      report: ({ outcome }) => outcomes.push(outcome),
    });

    const seen = new Set<number>();
    let asking = true;
    const requests = (async () => {
      while (asking) {
        const { current } = live;
        expect(current.network(parseAddress("192.0.2.1"))).toEqual({});
        expect(current.content.mirrors).toHaveLength(6);
        seen.add(current.content.prefixes);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (const [index, bytes] of versions.entries()) {
      Object.assign(served, { etag: `"${index}"`, bytes });
      await live.refresh();
      await live.refresh();
      Object.assign(served, { etag: `"${index}, broken"`, bytes: damaged(bytes) });
      await live.refresh();
      await live.refresh();
    }
    asking = false;
    await requests;
    server.close();
    expect(outcomes).toEqual(Array(5).fill(["loaded", "unchanged", "refused", "refused"]).flat());
    expect(sent).toBe(10);
    expect([...seen]).toEqual([300, 301, 302, 303, 304, 305]);
  });
});
