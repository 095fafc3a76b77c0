import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import fc from "fast-check";
import { parseAddress } from "../../../networks/parsed-address";
import { DecisionLog, type DecisionLogOptions, type LogFields } from "../../../redirector/telemetry/decision-log";
import { LogWriter, type WriteBytes } from "../../../redirector/telemetry/log-writer";
import { assumeAllHeld } from "../../../routing/conditions";
import { type ClientRequest, type Decision, decide } from "../../../routing/decide";
import { fixture, inventoryOf, tableOf } from "../../routing/tables";

const root = join(__dirname, "../../..");
const digest = `sha256:${"a".repeat(64)}`;
const told: LogFields = { id: "4bf92f3577b34da6a3ce929d0e0e4736", method: "GET", milliseconds: 0.1234 };

interface Line {
  readonly [field: string]: unknown;
  readonly severity: string;
  readonly message: string;
  readonly sample: number;
}

/** The logged lines of decisions. */
function logged(decisions: readonly Decision[], options: DecisionLogOptions = {}, about: LogFields = told): Line[] {
  const lines: string[] = [];
  const log = new DecisionLog((...parts) => lines.push(parts.join("")), options);
  for (const decision of decisions) log.logDecision(decision, about);
  return lines.map((line) => JSON.parse(line));
}

const only = (decision: Decision, options?: DecisionLogOptions, about?: LogFields): Line =>
  logged([decision], options, about)[0] as Line;

const blob: Decision = {
  asked: { class: "blob", name: "pause", digest },
  status: 307,
  network: {
    provider: "aws",
    region: "eu-west-3",
    asn: 16509,
    country: "FR",
    place: { latitude: 48.9, longitude: 2.4 },
  },
  location: "https://mirror.example/pause",
  mirror: "aws/us-east-1",
  grade: "near",
  personal: true,
};
const file: Decision = { ...blob, asked: { class: "file", path: "release/v1.34.0/bin/kubectl" } };
const refused: Decision = {
  asked: { class: "refused", status: 400, code: "DIGEST_INVALID", message: "This is not a digest.", oci: true },
  status: 400,
  network: {},
  personal: false,
};

describe("a line", () => {
  test("of a redirect", () => {
    jest.useFakeTimers({ now: new Date("2026-11-21T12:00:00.250Z") });
    const line = only(blob);
    jest.useRealTimers();
    expect(line).toEqual({
      severity: "INFO",
      time: "2026-11-21T12:00:00.250Z",
      message: "blob to aws/us-east-1: near",
      httpRequest: { requestMethod: "GET", status: 307, latency: "0.000123s" },
      requestId: told.id,
      class: "blob",
      name: "pause",
      digest,
      status: 307,
      mirror: "aws/us-east-1",
      reason: "near",
      network: { provider: "aws", region: "eu-west-3", asn: 16509, country: "FR" },
      sample: 1,
    });
  });

  test("of a refusal gives the reason, and nothing that the client sent", () => {
    const { time: _, ...line } = only(refused);
    expect(line).toEqual({
      severity: "INFO",
      message: "refused: 400",
      httpRequest: { requestMethod: "GET", status: 400, latency: "0.000123s" },
      requestId: told.id,
      class: "refused",
      code: "DIGEST_INVALID",
      status: 400,
      reason: "refused",
      network: {},
      sample: 1,
    });
  });

  test("of a ping, a page and a tag", () => {
    const ping: Decision = { asked: { class: "ping" }, status: 200, network: {}, personal: false };
    const manifest = { class: "manifest", name: "pause", reference: "3.10" } as const;
    expect(only(ping)).toMatchObject({ message: "ping: 200", class: "ping", reason: "ping" });
    expect(only({ ...ping, asked: { class: "page", page: "info" }, status: 307 })).toMatchObject({
      message: "page: 307",
    });
    expect(only({ ...blob, asked: manifest })).toMatchObject({ class: "manifest", name: "pause", reference: "3.10" });
  });

  test("names the mirror that did not answer, and is a warning", () => {
    expect(only({ ...blob, grade: "origin" }, {}, { ...told, unanswered: "aws/eu-west-3" })).toMatchObject({
      severity: "WARNING",
      message: "blob to aws/us-east-1: origin; aws/eu-west-3 did not answer",
      unanswered: "aws/eu-west-3",
    });
    expect(only(blob)).not.toHaveProperty("unanswered");
  });

  test("has a file's path if the client is redirected, cut after 512 characters", () => {
    expect(only(file)).toMatchObject({ path: "release/v1.34.0/bin/kubectl" });
    expect(only({ ...file, asked: { class: "file", path: "x".repeat(4000) } })).toMatchObject({
      path: "x".repeat(512),
    });
    expect(only({ ...file, status: 404 })).not.toHaveProperty("path");
  });

  test("has the trace, in Cloud Logging's form if the project is known", () => {
    const traced = { ...told, trace: told.id };
    expect(only(blob, {}, traced)).toMatchObject({ trace: told.id });
    const line = only(blob, { traceProject: "k8s-artifacts-prod" }, traced);
    expect(line["logging.googleapis.com/trace"]).toBe(`projects/k8s-artifacts-prod/traces/${told.id}`);
    expect(line).not.toHaveProperty("trace");
  });

  test.each([
    [0, "0.000000s"],
    [0.0004, "0.000000s"],
    [0.05, "0.000050s"],
    [1.5, "0.001500s"],
    [999.9999, "1.000000s"],
    [61_234.5, "61.234500s"],
    [-3, "0.000000s"],
    [Number.NaN, "0.000000s"],
  ])("latency of %d ms: %s", (milliseconds, latency) => {
    expect(only(blob, {}, { ...told, milliseconds })).toMatchObject({ httpRequest: { latency } });
  });

  test("has the time of the decision", () => {
    jest.useFakeTimers({ now: 0 });
    const lines: string[] = [];
    const log = new DecisionLog((...parts) => lines.push(parts.join("")));
    log.logDecision(blob, told);
    log.logDecision(blob, told);
    jest.setSystemTime(1);
    log.logDecision(blob, told);
    jest.useRealTimers();
    expect(lines.map((line) => JSON.parse(line).time)).toEqual([
      "1970-01-01T00:00:00.000Z",
      "1970-01-01T00:00:00.000Z",
      "1970-01-01T00:00:00.001Z",
    ]);
  });

  test("is one line of JSON with the given values, whatever they contain", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string(),
      fc.constantFrom('"', "\\", "\n", "\u2028", "\ud83d", "exe.\u202egnp", "\u{e0041}", "::error::"),
    );
    const some = fc.option(text, { nil: undefined });
    const decisions = fc.record({
      name: text,
      path: text,
      mirror: some,
      grade: some,
      unanswered: some,
      provider: some,
      region: some,
    });
    fc.assert(
      fc.property(decisions, text, fc.double(), (given, method, milliseconds) => {
        const { name, path, mirror, grade, unanswered, provider, region } = given;
        const asked = { class: "file", name, path };
        const network = { provider, region };
        const decision = {
          asked,
          status: 302,
          network,
          mirror,
          grade,
          personal: true,
        } as unknown as Decision;
        const lines: string[] = [];
        new DecisionLog((...parts) => lines.push(parts.join(""))).logDecision(decision, {
          id: "x",
          method,
          milliseconds,
          ...(unanswered !== undefined && { unanswered }),
        });
        expect(lines).toHaveLength(1);
        expect(lines[0]).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        const wellFormed = (value: unknown) => JSON.parse(JSON.stringify(value));
        expect(JSON.parse(lines[0] as string)).toMatchObject(
          wellFormed({
            name,
            path: path.slice(0, 512),
            mirror,
            reason: grade ?? "file",
            unanswered,
            httpRequest: { requestMethod: method.slice(0, 17) },
            network,
          }),
        );
      }),
    );
  });

  test("never holds the client's address, nor the target of a refusal", () => {
    const table = tableOf(inventoryOf(fixture("small")));
    const conditions = assumeAllHeld("2026-11-21");
    const targets = fc.oneof(
      fc.webPath(),
      fc.constantFrom("/", "/v2/", `/v2/pause/blobs/${digest}`, "/a//secret-target", "/v2/Pause/secret-target"),
    );
    const hosts = fc.constantFrom("registry.example.org", "dl.example.org", "localhost", "secret-target.example");
    fc.assert(
      fc.property(fc.ipV4(), targets, hosts, fc.constantFrom("GET", "PUT"), (address, target, host, method) => {
        fc.pre(!target.includes(address));
        const request: ClientRequest = { method, target, host, address: parseAddress(address) };
        const decision = decide(table, request, conditions);
        const line = JSON.stringify(only(decision, {}, { ...told, method }));
        expect(line).not.toContain(address);
        if (decision.asked.class === "refused") expect(line).not.toContain("secret-target");
      }),
    );
  });
});

describe("sampling", () => {
  const lots = () => {
    let next = 0;
    return () => (next++ % 10) / 10;
  };

  test("has the share, so that sums can be scaled", () => {
    const lines = logged(Array(1000).fill(blob), { share: 0.2, random: lots() });
    expect(lines).toHaveLength(200);
    expect(lines.reduce((sum, { sample }) => sum + 1 / sample, 0)).toBe(1000);
  });

  test.each([
    [0, 0],
    [1, 100],
  ])("a share of %d logs %d of 100", (share, count) => {
    expect(logged(Array(100).fill(blob), { share, random: () => 0.999 })).toHaveLength(count);
    expect(logged(Array(100).fill(refused), { share, random: () => 0 })).toHaveLength(count);
  });

  test("internal errors are always logged, with share 1", () => {
    const error = { ...refused, status: 500 } as unknown as Decision;
    expect(logged([error, refused, error], { share: 0 })).toMatchObject([
      { severity: "ERROR", status: 500, sample: 1 },
      { severity: "ERROR", status: 500, sample: 1 },
    ]);
  });

  test.each([-0.1, 1.1, Number.NaN])("a share of %d is refused", (share) => {
    expect(() => new DecisionLog(() => {}, { share })).toThrow(/from 0 to 1/);
  });
});

describe("the writer", () => {
  /** A reader that accepts data only when the test says so. */
  function reader() {
    const writes: { text: string; done: Parameters<WriteBytes>[1]; length: number }[] = [];
    const write: WriteBytes = (bytes, done) =>
      writes.push({ text: Buffer.from(bytes).toString(), done, length: bytes.length });
    const take = (index: number) => writes[index]?.done(null, writes[index].length);
    return { writes, write, take, text: () => writes.map(({ text }) => text).join("") };
  }

  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test("gathers lines for 100 ms", () => {
    const { writes, write, take } = reader();
    const writer = new LogWriter(write);
    writer.write("one");
    jest.advanceTimersByTime(99);
    writer.write("two");
    expect(writes).toHaveLength(0);
    jest.advanceTimersByTime(1);
    expect(writes.map(({ text }) => text)).toEqual(["one\ntwo\n"]);
    take(0);
    jest.advanceTimersByTime(1000);
    expect(writes).toHaveLength(1);
  });

  test("writes 64 KiB at once", () => {
    const { writes, write } = reader();
    const writer = new LogWriter(write);
    for (let line = 0; line < 64; line++) writer.write("x".repeat(1023));
    expect(writes).toHaveLength(1);
  });

  test("writes one buffer at a time, in order", () => {
    const { writes, write, take, text } = reader();
    const writer = new LogWriter(write);
    const long = "x".repeat(80_000);
    for (const line of ["1", long, "2", long, "3"]) writer.write(line);
    expect(writes).toHaveLength(1);
    take(0);
    take(1);
    jest.advanceTimersByTime(1000);
    expect(text()).toBe(`1\n${long}\n2\n${long}\n3\n`);
  });

  test("continues after a partial write, and retries after a pause if nothing was written", () => {
    const { writes, write, take } = reader();
    const writer = new LogWriter(write);
    writer.write("grüße");
    jest.advanceTimersByTime(100);
    writes[0]?.done(null, 3);
    writes[1]?.done(Object.assign(new Error("busy"), { code: "EAGAIN" }), 0);
    jest.advanceTimersByTime(10);
    take(2);
    expect(Buffer.from("grüße\n").subarray(3).toString()).toBe(writes[2]?.text);
    expect(writer.dropped).toBe(0);
  });

  test("a reader that reads nothing: memory stays bounded, and dropped lines are reported", async () => {
    const { writes, write, take } = reader();
    const writer = new LogWriter(write);
    const line = "x".repeat(1023);
    for (let count = 0; count < 20_000; count++) writer.write(line);
    expect(writes).toHaveLength(1);
    expect(writer.dropped).toBeGreaterThan(11_000);
    take(0);
    expect(writes[1]?.length).toBeLessThan(8.1 * 1024 * 1024);
    const lines = writes.flatMap(({ text }) => text.trimEnd().split("\n"));
    expect(lines.filter((each) => each === line)).toHaveLength(20_000 - writer.dropped);
    expect(JSON.parse(lines.at(-1) as string)).toMatchObject({ severity: "WARNING", dropped: writer.dropped });
  });

  test("a reader that went away: lines are dropped, and reported if it comes back", () => {
    const { writes, write, take } = reader();
    const writer = new LogWriter(write);
    writer.write("1");
    writer.write("2");
    jest.advanceTimersByTime(100);
    writes[0]?.done(Object.assign(new Error("gone"), { code: "EPIPE" }), 0);
    expect(writer.dropped).toBe(2);
    writer.write("3");
    jest.advanceTimersByTime(100);
    take(1);
    expect(writes[1]?.text).toMatch(/^\{.*"dropped":2\}\n3\n$/);
  });

  test("flush writes at once, and waits until everything is written", async () => {
    const { writes, write, take } = reader();
    const writer = new LogWriter(write);
    await writer.flush();
    writer.write("1");
    let isDone = false;
    const flushed = writer.flush().then(() => {
      isDone = true;
    });
    expect(writes).toHaveLength(1);
    writer.write("2");
    take(0);
    await Promise.resolve();
    expect(isDone).toBe(false);
    take(1);
    await flushed;
    expect(isDone).toBe(true);
  });
});

test("a pipe that nothing reads does not block the program", async () => {
  const program = `
    const { LogWriter, writeTo } = require("./redirector/telemetry/log-writer");
    const writer = new LogWriter(writeTo(1));
    for (let count = 0; count < 1000; count++) writer.write(String(count).padEnd(1000, "."));
    setTimeout(() => process.stderr.write("alive"), 150);
  `;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=commonjs", "--eval", program], { cwd: root });
  await once(child.stderr, "data");
  let text = "";
  for await (const chunk of child.stdout) text += chunk;
  const lines = text.trimEnd().split("\n");
  expect(lines.map((line) => Number.parseInt(line, 10))).toEqual(Array.from({ length: 1000 }, (_, count) => count));
});
