import { once } from "node:events";
import fs, { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { unzipSync } from "fflate";
import { encodeOverlay } from "../../overlay/encode-overlay";
import { lambdaZip } from "../../packaging/lambda-zip";
import type { LambdaEvent, LambdaResult } from "../../redirector/servers/lambda-events";
import { tableBytes } from "../redirector/tables/live-table-bytes";
import { until } from "../redirector/until";

const hosts = ["first.example.org", "second.example.org", "third.example.org"];

/** A table that serves this host and those before it, since a table that loses a host is refused. */
function bytesFor(host: string, day: number): Uint8Array {
  const names = hosts.slice(0, hosts.indexOf(host) + 1);
  return tableBytes({
    hosts: names.map((name) => ({ name, serves: ["files"] })),
    issued: `2026-11-0${day}T00:00:00.000Z`,
  });
}

const directory = mkdtempSync(join(tmpdir(), "mirrorform-refresh-"));
const minute = 60_000;
/** Requests for a table that are not answered yet. */
const waiting: ServerResponse[] = [];
/** The same for overlays; none are kept unless a test wants that. */
const waitingForOverlay: ServerResponse[] = [];
let hasOverlay = false;
let server: Server;

beforeAll(async () => {
  const take = (_: number, bytes: Uint8Array, done: (error: null, count: number) => void) => {
    setImmediate(done, null, bytes.length);
  };
  jest.spyOn(fs, "write").mockImplementation(take as typeof fs.write);
  const zip = lambdaZip(bytesFor("first.example.org", 1));
  for (const [name, bytes] of Object.entries(unzipSync(zip))) writeFileSync(join(directory, name), bytes);
  server = createServer(({ url }, response) => {
    if (url !== "/promotion/overlay.v1.bin") waiting.push(response);
    else if (hasOverlay) waitingForOverlay.push(response);
    else response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  Object.assign(process.env, {
    MIRRORFORM_CLIENT_ADDRESS: "socket",
    MIRRORFORM_PRESENCE: "assume",
    MIRRORFORM_LOG: "0",
    MIRRORFORM_TABLE_SOURCE: `http://127.0.0.1:${(server.address() as AddressInfo).port}/routing.table`,
  });
});

afterAll(async () => {
  // Functions write their last log lines a moment later.
  await setTimeout(200);
  jest.restoreAllMocks();
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});

beforeEach(() => {
  waiting.length = 0;
  waitingForOverlay.length = 0;
  hasOverlay = false;
  // Sockets need most timers to be real.
  const real = ["nextTick", "queueMicrotask", "setImmediate", "clearImmediate", "setInterval", "hrtime"] as const;
  jest.useFakeTimers({ now: Date.parse("2026-11-21T12:00:00Z"), doNotFake: [...real, "performance"] });
});

afterEach(async () => {
  // A function whose question stays open would log that after the test.
  for (const response of waiting) response.end(bytesFor("third.example.org", 3));
  for (const response of waitingForOverlay) response.writeHead(404).end();
  await Promise.all([...waiting, ...waitingForOverlay].map((response) => once(response, "close")));
  jest.useRealTimers();
});

/** The function, just started. */
function startFunction() {
  let handler: (event: LambdaEvent) => Promise<LambdaResult> = () => Promise.reject();
  jest.isolateModules(() => {
    ({ handler } = require(join(directory, "index.js")));
  });
  /** Requests a file; `status` stays undefined until the function has answered. */
  return (host: string) => {
    const call = {
      status: undefined as number | undefined,
      ended: handler({
        rawPath: "/file",
        rawQueryString: "",
        headers: { host },
        requestContext: { http: { method: "GET", sourceIp: "192.0.2.1" } },
      }).then(({ statusCode }) => {
        call.status = statusCode;
        return statusCode;
      }),
    };
    return call;
  };
}

async function give(host: string, day: number): Promise<void> {
  await until(() => waiting.length > 0);
  waiting.shift()?.end(bytesFor(host, day));
}

test("the source is read when the function starts, and its table answers the first request", async () => {
  const ask = startFunction();
  await until(() => waiting.length > 0);
  const call = ask("second.example.org");
  await give("second.example.org", 2);
  expect(await call.ended).toBe(307);
});

test("the first request waits for two seconds and no longer, and the next ones do not wait", async () => {
  const ask = startFunction();
  await until(() => waiting.length > 0);
  const call = ask("first.example.org");
  await jest.advanceTimersByTimeAsync(1_999);
  expect(call.status).toBeUndefined();
  await jest.advanceTimersByTimeAsync(1);
  expect(await call.ended).toBe(307);
  expect(await ask("first.example.org").ended).toBe(307);
  expect(waiting).toHaveLength(1);
});

describe("a minute later", () => {
  async function later() {
    const ask = startFunction();
    await give("second.example.org", 2);
    await ask("second.example.org").ended;
    jest.setSystemTime(Date.now() + 2 * minute);
    return ask;
  }

  test("a request is answered by the table in force, and ends when the new table has arrived", async () => {
    const ask = await later();
    const call = ask("second.example.org");
    await until(() => waiting.length > 0);
    await jest.advanceTimersByTimeAsync(299);
    expect(call.status).toBeUndefined();
    await give("third.example.org", 3);
    expect(await call.ended).toBe(307);
    expect(await ask("third.example.org").ended).toBe(307);
    expect(waiting).toHaveLength(0);
  });

  test("it waits for 300 ms and no longer, and the next ones do not wait", async () => {
    const ask = await later();
    const call = ask("second.example.org");
    await until(() => waiting.length > 0);
    await jest.advanceTimersByTimeAsync(300);
    expect(await call.ended).toBe(307);
    expect(await ask("second.example.org").ended).toBe(307);
    expect(waiting).toHaveLength(1);
  });
});

describe("the overlay", () => {
  const files = [{ path: "file", reason: "it was built wrongly" }];
  const overlay = encodeOverlay({ issued: "2026-11-20T12:00:00Z", withdrawn: { images: [], objects: [], files } });

  test("is there for the first request, although it is read while the table is", async () => {
    hasOverlay = true;
    const ask = startFunction();
    const call = ask("first.example.org");
    await until(() => waitingForOverlay.length > 0);
    await give("first.example.org", 1);
    waitingForOverlay.shift()?.end(overlay);
    expect(await call.ended).toBe(410);
  });

  test("delays the first request by half a second at most", async () => {
    hasOverlay = true;
    const ask = startFunction();
    const call = ask("first.example.org");
    await until(() => waitingForOverlay.length > 0);
    await give("first.example.org", 1);
    await jest.advanceTimersByTimeAsync(499);
    expect(call.status).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1);
    expect(await call.ended).toBe(307);
  });
});
