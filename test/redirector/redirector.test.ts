import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compilePrefixTable } from "../../networks/prefix-table";
import { version } from "../../package.json";
import type { StatusReport } from "../../redirector/pages/status-report";
import { questionRates } from "../../redirector/presence/question-budget";
import { FileTableSource } from "../../redirector/tables/file-table-source";
import { decodeRoutingTable, encodeRoutingTable, type RoutingTable } from "../../routing/routing-table";
import { blob } from "../routing/asking";
import { madeMirror, madeReplica, madeTable, origin } from "../routing/handmade-table";
import { fixture, inventoryOf, tableOf } from "../routing/tables";
import { type FaultyMirror, startMirror } from "./faulty-mirrors";
import { hostileRequests } from "./hostile-requests";
import { exchange } from "./raw-client";
import { startTestRedirector, type TestRedirector } from "./test-redirector";
import { until } from "./until";

/** A client at AWS in Paris, whose address must not appear in any output. */
const paris = { headers: { "X-Forwarded-For": "35.180.1.77" } };
const forwarded = { clientAddress: { from: "forwarded", position: 1 }, presence: "assume" } as const;
const small = tableOf(inventoryOf(fixture("small")));
const digest = blob().split("/").at(-1) ?? "";

let service: TestRedirector;

async function start(table: RoutingTable, ...[changes]: [Parameters<typeof startTestRedirector>[1]?]): Promise<void> {
  service = await startTestRedirector(table, changes);
}

afterEach(async () => {
  jest.useRealTimers();
  await service.stop();
});

/** Fakes these clocks; sockets need all others real. */
function hold(...clocks: readonly ("Date" | "performance" | "setTimeout")[]): void {
  const real = ["nextTick", "queueMicrotask", "setImmediate", "clearImmediate", "setInterval", "hrtime"] as const;
  const others = (["Date", "performance", "setTimeout"] as const).filter((clock) => !clocks.includes(clock));
  jest.useFakeTimers({ now: Date.parse("2026-11-21T12:00:00Z"), doNotFake: [...real, ...others] });
}

describe("an answer", () => {
  beforeEach(() => start(small, forwarded));

  test("to a request for a blob is for this client only", async () => {
    const { status, headers } = await service.fetch(blob(), { headers: { "X-Forwarded-For": "52.94.76.1" } });
    expect(status).toBe(307);
    expect(headers.get("location")).toBe(
      `https://artifacts-aws-us-east-1.s3.dualstack.us-east-1.amazonaws.com/containers/images/${digest}`,
    );
    expect([headers.get("cache-control"), headers.get("vary")]).toEqual(["no-store", "*"]);
  });

  test("to a request for a manifest is the same for all clients", async () => {
    const { status, headers } = await service.fetch("/v2/pause/manifests/latest?a=b", { method: "HEAD" });
    expect(status).toBe(307);
    expect(headers.get("location")).toMatch(/\/pause\/manifests\/latest\?a=b$/);
    expect(headers.get("cache-control")).toBe("public, max-age=300");
  });

  test("to a ping has the header by which clients recognize a registry", async () => {
    const answer = await service.fetch("/v2/");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("docker-distribution-api-version")).toBe("registry/2.0");
    expect(await answer.json()).toEqual({});
  });

  test.each([
    ["GET", "/v2/_catalog", 404, "UNSUPPORTED"],
    ["GET", "/v2/Pause/manifests/latest", 400, "NAME_INVALID"],
    ["GET", "/v2/pause/blobs/sha256:zz", 400, "DIGEST_INVALID"],
    ["PUT", "/v2/pause/manifests/latest", 405, "UNSUPPORTED"],
  ])("to %s %s is an error in OCI's format", async (method, path, status, code) => {
    const answer = await service.fetch(path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("allow")).toBe(status === 405 ? "GET, HEAD, OPTIONS" : null);
    expect(await answer.json()).toEqual({ errors: [{ code, message: expect.any(String) }] });
  });

  test("to HEAD has the headers of GET and no body", async () => {
    const of = async (method: string) => {
      const { status, headers, text } = await service.fetch("/v2/_catalog", { method }).then(async (answer) => ({
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        text: await answer.text(),
      }));
      return { status, headers: { ...headers, date: "", "x-request-id": "" }, text };
    };
    const [head, get] = [await of("HEAD"), await of("GET")];
    expect(head).toEqual({ ...get, text: "" });
    expect(Number(get.headers["content-length" as keyof typeof get.headers])).toBe(get.text.length);
  });

  test.each(hostileRequests)("to %s: 400 or 404, and never a Location", async (_, request) => {
    const answer = await exchange(service.port, request);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).not.toMatch(/^location:/im);
  });

  test.each([
    ["returns the id that the request came with", { "X-Request-Id": "0123456789-abc" }, /^0123456789-abc$/],
    ["returns its platform's id", { "X-Cloud-Trace-Context": `${"a".repeat(32)}/7;o=1` }, /^a{32}-7$/],
    ["has a new id if the request has none", {}, /^[0-9a-f]{32}$/],
    ["has a new id if the request's id is invalid", { "X-Request-Id": "a b" }, /^[0-9a-f]{32}$/],
  ])("%s", async (_, headers: Record<string, string>, id) => {
    for (const path of [blob(), "/v2/", "/v2/_catalog"]) {
      expect((await service.fetch(path, { headers })).headers.get("x-request-id")).toMatch(id);
    }
  });
});

describe("the redirector's own pages", () => {
  beforeEach(() => start(small, forwarded));

  test("health and readiness", async () => {
    expect((await service.fetch("/-/health")).status).toBe(200);
    expect((await service.fetch("/-/ready")).status).toBe(200);
    service.assembled.pages.ending = true;
    expect((await service.fetch("/-/ready")).status).toBe(503);
    expect((await service.fetch("/-/health")).status).toBe(200);
    expect((await service.fetch(blob())).status).toBe(307);
  });

  test.each(["health", "ready", "metrics", "status", "status.json"])(
    "/-/%s is served under any host name",
    async (page) => {
      for (const host of ["evil.example", "10.0.0.1:8080", "registry.example.org"]) {
        const request = `GET /-/${page} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
        expect(await exchange(service.port, request)).toMatch(/^HTTP\/1\.1 200 .*\r\ncache-control: no-store\r\n/is);
      }
    },
  );

  test.each(["POST", "PUT", "DELETE"])("do not allow %s", async (method) => {
    const answer = await service.fetch("/-/status", { method });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });

  test.each([
    ["status.json", "*"],
    ["status", null],
    ["metrics", null],
    ["health", null],
    ["ready", null],
  ])("/-/%s: the origins whose scripts may read it", async (page, origin) => {
    const Origin = "https://page.example";
    const answer = await service.fetch(`/-/${page}`, { headers: { Origin } });
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    const headers = { Origin, "Access-Control-Request-Method": "GET" };
    const before = await service.fetch(`/-/${page}`, { method: "OPTIONS", headers });
    expect([before.status, before.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
    expect(before.headers.get("access-control-allow-origin")).toBe(origin);
  });

  test("can be requested in absolute form, but never with two hosts", async () => {
    const ask = (lines: string) => exchange(service.port, `${lines}\r\nConnection: close\r\n\r\n`);
    expect(await ask("GET http://a.example/-/health HTTP/1.1\r\nHost: b")).toMatch(/^HTTP\/1\.1 200 .*\nok\n$/s);
    expect(await ask("GET /-/health HTTP/1.1\r\nHost: a\r\nHost: a")).toMatch(/^HTTP\/1\.1 400 /);
    expect(await ask("GET /-/health HTTP/1.0")).toMatch(/^HTTP\/1\.1 200 /);
  });

  test.each(["/-/", "/-/nothing", "/-/status/", "/-/health/../status"])("%s is not one of them", async (path) => {
    const answer = await exchange(service.port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  });

  test("the metrics count decisions by their reason", async () => {
    for (let count = 0; count < 3; count++) await service.fetch(blob(count), paris);
    await service.fetch("/v2/pause/manifests/latest");
    await service.fetch("/v2/_catalog");
    await service.fetch("/-/health");
    const name = "mirrorform_decisions_total";
    const [byAws, manifests, refused] = [
      { class: "blob", provider: "aws", status: "307", mirror: "aws/us-east-1" },
      { class: "manifest", status: "307", mirror: small.origin.id },
      { class: "refused", status: "404", mirror: "none" },
    ];
    expect(await service.metric(name, byAws)).toBe(3);
    expect(await service.metric(name, manifests)).toBe(1);
    expect(await service.metric(name, refused)).toBe(1);
    expect(await service.metric(name)).toBe(5);
    expect(await service.metric("mirrorform_request_duration_seconds_count")).toBe(5);
    expect(await service.metric("mirrorform_build_info", { version })).toBe(1);
    expect(await service.metric("mirrorform_table_info", { checksum: small.checksum })).toBe(1);
  });

  test("the metrics are in Prometheus's text format", async () => {
    const answer = await service.fetch("/-/metrics");
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    for (const line of (await answer.text()).trimEnd().split("\n")) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)*\})? [-+0-9.eInf]+|)$/);
    }
  });

  test("the status page and its JSON have every mirror, and where the visitor would be sent", async () => {
    await service.fetch(blob(), paris);
    const report = (await (await service.fetch(`/-/status.json?path=${blob()}`, paris)).json()) as StatusReport;
    expect(report.mirrors.map(({ id }) => id)).toEqual(small.content.mirrors.map(({ id }) => id));
    expect(report.mirrors.find(({ id }) => id === "aws/us-east-1")?.decisions).toBe(1);
    expect(report.visitor).toMatchObject({ address: "35.180.1.77", asked: "blob", mirror: "aws/us-east-1" });
    expect(report.table).toMatchObject({ checksum: small.checksum, prefixes: small.content.prefixes });
    const typed = await service.fetch("/-/status.json?address=192.0.2.1", paris);
    expect(((await typed.json()) as StatusReport).visitor?.address).toBe("192.0.2.1");

    const page = await service.fetch("/-/status", paris);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const text = (await page.text()).replaceAll("<wbr>", "");
    expect(small.content.mirrors.filter(({ id }) => !text.includes(id))).toEqual([]);
  });

  test("a visitor's input is always escaped on the page", async () => {
    const script = "<script>alert(1)</script>";
    const query = new URLSearchParams({ address: script, path: `/${script}`, host: script });
    const answer = await service.fetch(`/-/status?${query}`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).not.toContain(script);
  });

  test("a flood does not block status pages for others, and they are rendered once a second", async () => {
    hold("performance");
    const made = jest.spyOn(service.assembled.metrics, "decisionsByMirror");
    for (const page of ["status", "status.json"]) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => service.fetch(`/-/${page}`, paris)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    }
    expect(made).toHaveBeenCalledTimes(1);
    // The network of the flood gets its part of the page twenty times; other networks still get theirs.
    const json = async (init: RequestInit) =>
      (await service.fetch("/-/status.json", init)).json() as Promise<StatusReport>;
    expect(await json(paris)).not.toHaveProperty("visitor");
    expect((await service.fetch("/-/status.json", paris)).headers.get("retry-after")).toBe("1");
    expect((await json({ headers: { "X-Forwarded-For": "192.0.2.1" } })).visitor?.address).toBe("192.0.2.1");
    expect((await service.fetch("/-/metrics")).status).toBe(200);
    expect((await service.fetch(blob())).status).toBe(307);
    jest.advanceTimersByTime(1_000);
    expect((await json(paris)).visitor?.address).toBe("35.180.1.77");
  });

  test("visitors never see another visitor's part of the page", async () => {
    hold("performance");
    const asked = ["192.0.2.77", "35.180.1.77", "52.94.76.1"];
    for (const page of ["status", "status.json"]) {
      for (const address of asked) {
        const answer = await service.fetch(`/-/${page}`, { headers: { "X-Forwarded-For": address } });
        const text = await answer.text();
        expect(asked.filter((other) => text.includes(other))).toEqual([address]);
        expect(answer.headers.get("cache-control")).toBe("no-store");
      }
    }
  });
});

test("if its own pages are off, they are ordinary paths, and can be served elsewhere", async () => {
  await start(small, { ...forwarded, ownPages: false });
  for (const page of ["health", "metrics", "status", "status.json"]) {
    const request = `GET /-/${page} HTTP/1.1\r\nHost: registry.example.org\r\nConnection: close\r\n\r\n`;
    expect(await exchange(service.port, request)).toMatch(/^HTTP\/1\.1 404 /);
  }
  const request = { method: "GET", target: "/-/health", host: "", peer: undefined, header: () => undefined };
  expect(await service.assembled.pages.answer(request)).toMatchObject({ status: 200 });
});

describe("the log", () => {
  test("has everything about each decision except the client, with an id", async () => {
    await start(small, { ...forwarded, logShare: 1 });
    const answer = await service.fetch(blob(), paris);
    await service.fetch("/v2/pause/blobs/nothing", paris);
    await service.fetch("/-/status", paris);
    await service.assembled.flush();
    expect(service.lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        severity: "INFO",
        class: "blob",
        name: "pause",
        digest,
        status: 307,
        mirror: "aws/us-east-1",
        network: { provider: "aws", region: "eu-west-3" },
        requestId: answer.headers.get("x-request-id"),
        sample: 1,
      },
      { class: "refused", status: 400, network: {} },
    ]);
    expect(service.lines.join()).not.toMatch(/35\.180|127\.0\.0\.1/);
  });

  test("is sampled, and has the rate", async () => {
    const lots = [0.1, 0.3, 0.24, 0.99];
    const random = jest.spyOn(Math, "random").mockImplementation(() => lots.shift() ?? 0.99);
    await start(small, { ...forwarded, logShare: 0.25 });
    for (let count = 0; count < 4; count++) await service.fetch(blob(count));
    random.mockRestore();
    await service.assembled.flush();
    expect(service.lines.map((line) => JSON.parse(line))).toMatchObject([
      { digest, sample: 0.25 },
      { digest: blob(2).split("/").at(-1), sample: 0.25 },
    ]);
  });

  test("is empty if nothing is to be logged", async () => {
    await start(small, { ...forwarded, logShare: 0 });
    await service.fetch(blob(), paris);
    await service.assembled.flush();
    expect(service.lines).toEqual([]);
  });
});

describe("mirrors that are asked", () => {
  let near: FaultyMirror;
  let far: FaultyMirror;

  beforeEach(async () => {
    [near, far] = [await startMirror("missing"), await startMirror("none")];
    const at = ({ base }: FaultyMirror) => ({ blobs: `${base}/{digest}` });
    const mirrors = [madeMirror("local/near", { ...at(near), region: "here" }), madeMirror("local/far", at(far))];
    const networks = { "127.0.0.0/8": { provider: "local", region: "here" } };
    const clientAddress = { from: "forwarded", position: 1 } as const;
    await start(madeTable(mirrors, networks), { budget: 60_000, logShare: 1, clientAddress, clock: () => 0 });
  });

  afterEach(() => Promise.all([near.stop(), far.stop()]));

  test("if one lacks the object, the next is asked, and the client is sent there", async () => {
    expect(await service.ask(blob(), "127.0.0.1")).toEqual({ status: 307, location: `${far.base}/${digest}` });
    expect([near.asked, far.asked]).toEqual([[`HEAD /${digest}`], [`HEAD /${digest}`]]);
    expect(await service.ask(blob(), "127.0.0.1")).toEqual({ status: 307, location: `${far.base}/${digest}` });
    expect([near.asked.length, far.asked.length]).toEqual([1, 1]);
  });

  test("if a network exceeds its share of questions, the log does not blame a mirror", async () => {
    far.fault = "missing";
    const { burst } = questionRates.network;
    for (let object = 0; object < burst; object++) await service.ask(blob(object), "127.0.0.1");
    await service.assembled.flush();
    const told = service.lines.map((line) => JSON.parse(line)).filter(({ class: asked }) => asked === "blob");
    expect(near.asked.length + far.asked.length).toBeLessThan(2 * burst);
    expect(new Set(told.map(({ severity, mirror }) => `${severity} ${mirror}`))).toEqual(new Set([`INFO ${origin}`]));
  });

  test("if one fails, the log names it in the decision and at each change of its breaker", async () => {
    near.fault = "errors";
    for (let object = 0; object < 3; object++) await service.ask(blob(object), `127.0.${object}.1`);
    await service.assembled.flush();
    const told = service.lines.map((line) => JSON.parse(line));
    expect(told.filter(({ class: asked }) => asked === "blob")).toMatchObject(
      Array(3).fill({ severity: "WARNING", mirror: "local/far", unanswered: "local/near" }),
    );
    expect(told.filter(({ breaker }) => breaker)).toMatchObject([
      {
        severity: "WARNING",
        mirror: "local/near",
        breaker: "open",
        trouble: expect.stringMatching(/answered HEAD with status 500$/),
      },
    ]);
  });
});

test("credits that end at midnight are not spent afterwards, while the redirector runs", async () => {
  hold("Date");
  const credits = { local: { until: "2026-11-21" } };
  await start(madeTable([madeMirror("local/main", { weight: 1 })], {}, { credits }), { presence: "assume" });
  expect((await service.ask(blob())).location).toMatch(/^https:\/\/local\.main\./);
  jest.setSystemTime(Date.parse("2026-11-21T23:59:59.999Z"));
  expect((await service.ask(blob())).location).toMatch(/^https:\/\/local\.main\./);
  jest.setSystemTime(Date.parse("2026-11-22T00:00:00Z"));
  expect((await service.ask(blob())).location).toMatch(/^https:\/\/google\.us-central1\./);
});

describe("a new table in its file", () => {
  const folder = mkdtempSync(join(tmpdir(), "mirrorform-reload-"));
  const file = join(folder, "routing.table");
  const networks = { "127.0.0.0/8": { provider: "local" } };
  const { bytes: prefixes } = compilePrefixTable([[{ prefix: "127.0.0.0/8", value: 0 }]]);

  /** The bytes of a table in which this mirror serves all clients on loopback. */
  function bytesFor(key: string, issued: string): Uint8Array {
    const mirrors = [madeMirror(`local/${key}`), madeReplica(origin, { complete: true, trusted: true })];
    return encodeRoutingTable(madeTable(mirrors, networks, { issued }).content, prefixes);
  }

  function put(bytes: Uint8Array): void {
    writeFileSync(`${file}.new`, bytes);
    renameSync(`${file}.new`, file);
  }

  beforeEach(() => put(bytesFor("first", "2026-11-20T00:00:00Z")));
  afterAll(() => rmSync(folder, { recursive: true }));

  const first = /^https:\/\/local\.first\./;
  const second = /^https:\/\/local\.second\./;

  /** Sends requests until it is ended. @returns the answers, in order */
  function startRequests(): { readonly answers: { status: number; location: string }[]; end(): Promise<void> } {
    const answers: { status: number; location: string }[] = [];
    let isRunning = true;
    const client = async () => {
      while (isRunning) answers.push(await service.ask(blob(answers.length)));
    };
    const clients = Array.from({ length: 8 }, client);
    return {
      answers,
      end: async () => {
        isRunning = false;
        await Promise.all(clients);
      },
    };
  }

  test("comes into force within about a minute, and no request fails", async () => {
    hold("setTimeout");
    const table = decodeRoutingTable(bytesFor("first", "2026-11-20T00:00:00Z"));
    await start(table, { source: new FileTableSource(file), presence: "assume" });
    service.assembled.start();
    const { answers, end } = startRequests();
    await until(() => answers.length >= 50);
    put(bytesFor("second", "2026-11-21T00:00:00Z"));
    jest.advanceTimersByTime(66_000);
    await until(() => second.test(answers.at(-1)?.location ?? ""));
    const { length } = answers;
    await until(() => answers.length >= length + 50);
    await end();
    expect(answers.every(({ status }) => status === 307)).toBe(true);
    expect(answers.every(({ location }) => first.test(location) || second.test(location))).toBe(true);
    expect(answers[0]?.location).toMatch(first);
    expect(await service.metric("mirrorform_table_loads_total", { result: "loaded" })).toBe(1);
  });

  test("whose source fails: the status page does not reveal how", async () => {
    hold("setTimeout");
    const read = async () => {
      throw new Error("connect ECONNREFUSED 10.0.0.3:9000");
    };
    await start(small, { source: { name: "https://tables.internal.example/", read }, presence: "assume" });
    service.assembled.start();
    while ((await service.metric("mirrorform_table_loads_total", { result: "unreachable" })) < 1);
    jest.useRealTimers();
    expect((await service.report()).table.lastTrouble).toMatch(/^its source cannot be read, since /);
  });

  test.each([
    ["is older", bytesFor("second", "2026-11-19T00:00:00Z"), "it is older"],
    ["is broken", bytesFor("second", "2026-11-21T00:00:00Z").fill(0, 60, 70), "checksum"],
  ])("that %s is refused, and the status page and the log report it", async (_, bytes, words) => {
    hold("setTimeout");
    const table = decodeRoutingTable(bytesFor("first", "2026-11-20T00:00:00Z"));
    put(bytes);
    await start(table, { source: new FileTableSource(file), presence: "assume" });
    service.assembled.start();
    while ((await service.metric("mirrorform_table_loads_total", { result: "refused" })) < 1);
    expect((await service.ask(blob())).location).toMatch(first);
    expect((await service.report()).table.lastTrouble).toContain(words);
    await service.assembled.flush();
    expect(service.lines.map((line) => JSON.parse(line))).toMatchObject([
      { severity: "WARNING", message: expect.stringContaining(words) },
    ]);
  });

  test("is loaded by requests if the process is frozen between them", async () => {
    const table = decodeRoutingTable(bytesFor("first", "2026-11-20T00:00:00Z"));
    put(bytesFor("second", "2026-11-21T00:00:00Z"));
    await start(table, { source: new FileTableSource(file), presence: "assume", frozen: true });
    expect((await service.ask(blob())).location).toMatch(first);
    while (first.test((await service.ask(blob())).location));
    expect((await service.ask(blob())).location).toMatch(second);
  });
});
