import { compilePrefixTable } from "../../networks/prefix-table";
import { encodeOverlay } from "../../overlay/encode-overlay";
import { AssembledRedirector, flushLimit } from "../../redirector/assembled-redirector";
import type { TableSource } from "../../redirector/tables/table-source";
import { NoSuchObject } from "../../redirector/tables/table-source";
import { encodeRoutingTable, type RoutingTable } from "../../routing/routing-table";
import { blob } from "../routing/asking";
import { madeMirror, madeReplica, madeTable, origin } from "../routing/handmade-table";
import { type FaultyMirror, startMirror } from "./faulty-mirrors";
import { startTestRedirector, type TestRedirector } from "./test-redirector";
import { until } from "./until";

const here = { "127.0.0.0/8": { provider: "local", region: "here" } };
const far = "local/far";
const near = "local/near";

/** Returns a table as soon as it has one. */
class HandedSource implements TableSource {
  readonly name = "a test";
  bytes: Uint8Array | undefined;

  async read(): Promise<Uint8Array | undefined> {
    return this.bytes;
  }
}

describe("a mirror that leaves the routing table", () => {
  let mirror: FaultyMirror;
  let service: TestRedirector;
  const source = new HandedSource();

  function tableOf(...ids: readonly string[]): RoutingTable {
    const mirrors = ids.map((id) =>
      madeMirror(id, {
        blobs: `${mirror.base}/${id}/{digest}`,
        ...(id === near ? { region: "here" } : { complete: true }),
      }),
    );
    const replica = madeReplica(origin, { complete: true, trusted: true });
    return madeTable([replica, ...mirrors], here, { issued: new Date(Date.now()).toISOString() });
  }

  beforeEach(async () => {
    mirror = await startMirror("errors");
    service = await startTestRedirector(tableOf(near, far), {
      source,
      clientAddress: { from: "forwarded", position: 1 },
    });
  });

  afterEach(async () => {
    await service.stop();
    await mirror.stop();
  });

  test("is unchecked until a question is answered, and always if mirrors are not asked", async () => {
    const checks = async (of = service) => (await of.report()).mirrors.map(({ id, check }) => [id, check]);
    // A complete mirror is not asked, unless there is a canary.
    expect(await checks()).toEqual([
      [origin, "off"],
      [far, "off"],
      [near, "pending"],
    ]);
    await service.ask(blob(), "127.0.0.1");
    expect(await checks()).toEqual([
      [origin, "off"],
      [far, "off"],
      [near, "done"],
    ]);
    const assuming = await startTestRedirector(tableOf(near, far), { presence: "assume" });
    expect(new Set((await checks(assuming)).map(([, check]) => check))).toEqual(new Set(["off"]));
    await assuming.stop();
  });

  test("is removed from the metrics and the status page, with its breaker and its series", async () => {
    for (let each = 0; (await service.breaker(near)) !== "open"; each++)
      await service.ask(blob(each), `127.0.${each}.1`);
    const ids = async () => (await service.report()).mirrors.map(({ id }) => id);
    expect(await ids()).toEqual([origin, far, near]);
    const asked = () => service.metric("mirrorform_presence_checks_total", { mirror: near });
    expect(await asked()).toBeGreaterThan(0);
    const { bytes: prefixes } = compilePrefixTable([Object.keys(here).map((prefix, value) => ({ prefix, value }))]);
    source.bytes = encodeRoutingTable(tableOf(far).content, prefixes);
    service.assembled.start();
    await until(async () => (await service.metric("mirrorform_table_loads_total", { result: "loaded" })) === 1);
    expect(await service.breaker(near)).toBeUndefined();
    expect(await asked()).toBe(0);
    expect(await ids()).toEqual([origin, far]);
    await service.assembled.flush();
    const lines = service.lines.map((line) => JSON.parse(line));
    // Neither is a decision: both are logged although decisions are not.
    expect(lines).toMatchObject([
      { severity: "WARNING", message: `${near} gets no more clients`, trouble: expect.stringContaining("status 500") },
      { severity: "INFO", message: "a new routing table is in force" },
    ]);
  });
});

test("a table that stays refused is counted at every reading, and logged once", async () => {
  const lines: string[] = [];
  const readings = [new Uint8Array(), undefined, undefined];
  const assembled = new AssembledRedirector(madeTable([]), {
    clientAddress: { from: "socket" },
    presence: "assume",
    logShare: 0,
    ownPages: true,
    source: { name: "a test", read: async () => readings.shift() },
    write: (bytes, done) => {
      lines.push(Buffer.from(bytes).toString());
      done(null, bytes.length);
    },
  });
  jest.useFakeTimers();
  assembled.start();
  await jest.advanceTimersByTimeAsync(150_000);
  jest.useRealTimers();
  await assembled.stop();
  expect(await assembled.metrics.text()).toMatch(/^mirrorform_table_loads_total\{result="refused"\} 3$/m);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      severity: "WARNING",
      message: expect.stringContaining("keeping the current routing table: refused: "),
      source: "a test",
    },
  ]);
});

test("an overlay is logged when it comes into force, and that there is none is logged once, as information", async () => {
  const lines: string[] = [];
  const missing = () => Promise.reject(new NoSuchObject("it answered with status 404"));
  const files = [{ path: "tool", reason: "it was built wrongly" }];
  const bytes = encodeOverlay({ issued: "2026-11-20T12:00:00Z", withdrawn: { images: [], objects: [], files } });
  const readings = [missing, missing, async () => bytes, async () => undefined];
  const assembled = new AssembledRedirector(madeTable([]), {
    clientAddress: { from: "socket" },
    presence: "assume",
    logShare: 0,
    ownPages: true,
    overlaySource: { name: "a test", read: () => readings.shift()?.() ?? missing() },
    write: (written, done) => {
      lines.push(Buffer.from(written).toString());
      done(null, written.length);
    },
  });
  const ask = async () => {
    const request = {
      method: "GET",
      target: "/tool",
      host: "dl.example.org",
      peer: "192.0.2.1",
      header: () => undefined,
    };
    return (await assembled.redirector.handle(request)).status;
  };
  jest.useFakeTimers();
  assembled.start();
  expect(await ask()).toBe(307);
  await jest.advanceTimersByTimeAsync(200_000);
  expect(await ask()).toBe(410);
  jest.useRealTimers();
  await assembled.stop();
  const text = await assembled.metrics.text();
  expect(text).toMatch(/^mirrorform_overlay_loads_total\{result="missing"\} 2$/m);
  expect(text).toMatch(/^mirrorform_overlay_withdrawals 1$/m);
  expect(text).toMatch(/^mirrorform_decisions_total\{.*status="410",reason="withdrawn"\} 1$/m);
  expect(lines.flatMap((line) => line.trim().split("\n")).map((line) => JSON.parse(line))).toMatchObject([
    { severity: "INFO", message: "there is no overlay: missing: it answered with status 404", source: "a test" },
    { severity: "INFO", message: "a new overlay is in force", source: "a test", objects: 0, withdrawals: 1 },
  ]);
});

test("if requests drive everything, no timer runs", async () => {
  jest.useFakeTimers();
  const read = jest.fn(async () => undefined);
  const assembled = new AssembledRedirector(madeTable([]), {
    clientAddress: { from: "socket" },
    presence: "ask",
    logShare: 1,
    ownPages: true,
    frozen: true,
    source: { name: "a test", read },
    write: () => {},
  });
  assembled.start();
  await jest.advanceTimersByTimeAsync(600_000);
  expect(read).toHaveBeenCalledTimes(1);
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

describe("shutdown", () => {
  const logs = (write: (bytes: Uint8Array, done: (error: null, written: number) => void) => void) => {
    const assembled = new AssembledRedirector(madeTable([]), {
      clientAddress: { from: "socket" },
      presence: "assume",
      logShare: 1,
      ownPages: true,
      write,
    });
    assembled.reportFailure(new Error("out of luck"));
    return assembled;
  };

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test("waits for the log's reader up to its limit", async () => {
    const ended = jest.fn();
    logs(() => {})
      .stop()
      .then(ended);
    await jest.advanceTimersByTimeAsync(flushLimit - 1);
    expect(ended).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(ended).toHaveBeenCalledWith(false);
  });

  test("ends as soon as everything is written", async () => {
    const lines: string[] = [];
    const assembled = logs((bytes, done) => {
      lines.push(Buffer.from(bytes).toString());
      done(null, bytes.length);
    });
    expect(await assembled.stop()).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
    expect(await assembled.metrics.text()).toMatch(/^mirrorform_failures_total 1$/m);
    expect(JSON.parse(lines.join(""))).toMatchObject({
      severity: "ERROR",
      message: "a request was answered with status 500: out of luck",
      stack: expect.stringContaining("assembled-redirector.test.ts"),
    });
  });
});
