import { isOwnPath, OwnPages } from "../../../redirector/pages/own-pages";
import { RedirectorMetrics } from "../../../redirector/telemetry/metrics";

const request = { method: "GET", target: "/-/metrics", host: "", peer: undefined, header: () => undefined };

const measured = {
  version: "0.1.0",
  table: () => ({ issued: "", loaded: new Date(0), checksum: "", prefixes: 0, mirrors: [], ranges: [] }),
  breakers: () => [],
  droppedLines: () => 0,
};

function noReport(): never {
  throw new Error("no report is needed");
}

const unasked = { report: noReport, visitor: noReport, clientAddress: noReport };

test("not ready while the table is being loaded, nor during shutdown", async () => {
  let loading = true;
  const pages = new OwnPages({ metrics: new RedirectorMetrics(measured), loading: () => loading, ...unasked });
  const ready = async () => pages.answer({ ...request, target: "/-/ready" });
  expect(await ready()).toMatchObject({ status: 503, body: "loading the routing table\n" });
  expect(await pages.answer({ ...request, target: "/-/health" })).toMatchObject({ status: 200 });
  loading = false;
  expect(await ready()).toMatchObject({ status: 200 });
  pages.ending = true;
  expect(await ready()).toMatchObject({ status: 503, body: "ending\n" });
});

test("started, but not ready, while the origin is not deployed", async () => {
  const unready = () => "not ready: the origin a/b is not deployed yet, and cannot serve files";
  const pages = new OwnPages({
    metrics: new RedirectorMetrics(measured),
    loading: () => false,
    unready,
    ...unasked,
  });
  const ask = async (page: string) => pages.answer({ ...request, target: `/-/${page}` });
  expect(await ask("ready")).toMatchObject({ status: 503, body: `${unready()}\n` });
  expect(await ask("started")).toMatchObject({ status: 200 });
  expect(await ask("health")).toMatchObject({ status: 200 });
});

test("the metrics are rendered once a second for all callers", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
  const metrics = new RedirectorMetrics(measured);
  const written = jest.spyOn(metrics, "text");
  const pages = new OwnPages({
    metrics,
    loading: () => false,
    ...unasked,
  });
  const failures = async () => /^mirrorform_failures_total (.+)$/m.exec((await pages.answer(request)).body)?.[1];
  expect(await Promise.all(Array.from({ length: 50 }, failures))).toEqual(Array(50).fill("0"));
  metrics.countFailure();
  expect(await failures()).toBe("0");
  expect(written).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(1_000);
  expect(await failures()).toBe("1");
  expect(written).toHaveBeenCalledTimes(2);
  jest.useRealTimers();
});

test.each([
  ["/-/health", true],
  ["/-/", true],
  ["/-/./health", true],
  ["/-/a/../health?x=/../..", true],
  ["http://a.example/-/status", true],
  ["/-/../../x", true],
  ["/-/../a", false],
  ["/-/%2e%2E/v2/", false],
  ["/-/..?/-/", false],
  ["/./-/metrics", false],
  ["//-/metrics", false],
  ["/a?/-/", false],
])("%s is a page of the redirector's own: %s", (target, isOwn) => {
  expect(isOwnPath(target)).toBe(isOwn);
});

test.each([
  ["GET", "/-/nothing", "", 404],
  ["POST", "/-/status.json", "", 405],
  ["GET", "/-/status.json", "a b", 400],
])("scripts of other pages can read an error: %s %s of host '%s'", async (method, target, host, status) => {
  const pages = new OwnPages({ metrics: new RedirectorMetrics(measured), loading: () => false, ...unasked });
  const answer = await pages.answer({ ...request, method, target, host });
  expect(answer).toMatchObject({ status, headers: { "Access-Control-Allow-Origin": "*" } });
});
