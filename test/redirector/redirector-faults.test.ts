import { setTimeout as pause } from "node:timers/promises";
import { failuresToOpen, shortestWait } from "../../redirector/presence/circuit-breaker";
import { checkInterval, checkJitter } from "../../redirector/presence/mirror-checks";
import { questionLimit } from "../../redirector/presence/mirror-question";
import { believedFor } from "../../redirector/presence/object-memory";
import { sampleInterval } from "../../redirector/presence/object-questions";
import { questionRates } from "../../redirector/presence/question-budget";
import type { TableMirror } from "../../routing/routing-table";
import { blob } from "../routing/asking";
import { madeMirror, madeReplica, madeTable, origin as originId } from "../routing/handmade-table";
import { type Fault, type FaultyMirror, startMirror } from "./faulty-mirrors";
import { RawClient } from "./raw-client";
import { type Received, startTestRedirector, type TestRedirector } from "./test-redirector";
import { until } from "./until";

/** The mirror in the clients' own region, and another one of their provider. */
const near = "local/near";
const far = "local/far";

/** The budget if clients wait for a mirror that never answers, three times, and others must answer in time. Milliseconds. */
const short = 1_000;
/** The budget if the test needs the answers even on a busy machine. Milliseconds. */
const long = questionLimit;

let now: number;
let service: TestRedirector;
let origin: FaultyMirror;
let mirror: FaultyMirror;
let other: FaultyMirror | undefined;

interface Scene {
  readonly fault: Fault;
  readonly tls?: boolean;
  readonly complete?: boolean;
  readonly budget?: number;
  /** Whether there is a second, healthy mirror. */
  readonly withOther?: boolean;
}

function at(id: string, { base }: FaultyMirror, changes: Partial<TableMirror> = {}): TableMirror {
  return madeMirror(id, { blobs: `${base}/blobs/{digest}`, files: `${base}/files/{path}`, ...changes });
}

/** Starts the scene. All clients on loopback are in one mirror's own region. */
async function setUp({ fault, tls = false, complete = false, budget = long, withOther = false }: Scene): Promise<void> {
  [origin, mirror] = await Promise.all([startMirror("none"), startMirror(fault, { tls })]);
  other = withOther ? await startMirror("none") : undefined;
  const mirrors = [
    madeReplica(originId, { complete: true, trusted: true, blobs: `${origin.base}/blobs/{digest}` }),
    at(near, mirror, { complete, region: "here" }),
    ...(other ? [at(far, other)] : []),
  ];
  const networks = { "127.0.0.0/8": { provider: "local", region: "here" } };
  const canary = { blob: { name: "pause", digest: `sha256:${"c".repeat(64)}` } };
  const clientAddress = { from: "forwarded", position: 1 } as const;
  service = await startTestRedirector(madeTable(mirrors, networks, { canary }), {
    budget,
    clock: () => now,
    clientAddress,
  });
}

beforeEach(() => {
  now = Date.parse("2026-11-21T12:00:00Z");
});

afterEach(async () => {
  jest.useRealTimers();
  await service.stop();
  await Promise.all([origin.stop(), mirror.stop(), other?.stop()]);
});

/** Fakes intervals, which drive the checks; sockets need all other timers real. */
function fakeIntervals(): void {
  const real = ["nextTick", "queueMicrotask", "setImmediate", "clearImmediate", "setTimeout", "clearTimeout"] as const;
  jest.useFakeTimers({ doNotFake: [...real, "performance", "hrtime", "Date"] });
}

function tick(): void {
  now += 1_000;
  jest.advanceTimersByTime(1_000);
}

let objects = 0;
/** A client of a new network. */
const newClient = () => `127.${(++objects >> 8) & 255}.${objects & 255}.1`;
/** Asks for a new object. */
const askForNew = (from = newClient()) => service.ask(blob(++objects), from);
/** A new client asks for an object. */
const ask = (object: string) => service.ask(object, newClient());
/** That many simultaneous clients, each for a new object. */
const askForMany = (count: number) => Promise.all(Array.from({ length: count }, () => askForNew()));
const questions = () => service.metric("mirrorform_presence_checks_total", { mirror: near });

const place = (base: string) => ({ status: 307, location: expect.stringMatching(`^${base}/`) });
function expectAt(answers: readonly Received[], { base }: FaultyMirror): void {
  for (const each of answers) expect(each).toEqual(place(base));
}

/** The failure in the log of a mirror whose breaker opened, without its time. The status page has less. */
async function failureInLog(mirrorId: string): Promise<string | undefined> {
  await service.assembled.flush();
  const lines = service.lines.map((line) => JSON.parse(line) as Record<string, string>);
  return lines.find(({ mirror: id, breaker }) => id === mirrorId && breaker === "open")?.trouble?.replace(/^\S+ /, "");
}

/** Clients ask one after another until the mirror's breaker opens. @returns their answers */
async function askUntilOpen(): Promise<Received[]> {
  const answers: Received[] = [];
  while ((await service.breaker(near)) !== "open") {
    answers.push(await askForNew());
    // The client's timer may end before that of its question, and a question that begins before the failure is counted does not count.
    await pause(20);
  }
  return answers;
}

test("1,000 simultaneous clients of one new object cause one HEAD, and all get the mirror", async () => {
  await setUp({ fault: "none" });
  const clients = await Promise.all(Array.from({ length: 1_000 }, () => RawClient.connect(service.port)));
  const answers = await Promise.all(clients.map((client) => client.ask(blob(), "127.0.0.1")));
  for (const answer of answers) expect(answer?.head).toMatch(`\r\nLocation: ${mirror.base}/blobs/`);
  expect(new Set(answers.map((answer) => answer?.status))).toEqual(new Set([307]));
  expect(mirror.asked).toEqual([`HEAD /blobs/${blob().split("/").at(-1)}`]);
  expect(origin.asked).toEqual([]);
  expect(await questions()).toBe(1);
  expect(await service.metric("mirrorform_decisions_total", { mirror: near, status: "307" })).toBe(1_000);
  for (const { socket } of clients) socket.destroy();
});

const faults: readonly (readonly [name: string, scene: Scene, failure: RegExp])[] = [
  ["never answers", { fault: "silent", budget: short }, /^did not answer HEAD within /],
  ["resets", { fault: "resets" }, /^failed: \w+$/],
  ["answers 500", { fault: "errors" }, /^answered HEAD with status 500$/],
  ["has a broken certificate", { fault: "none", tls: true }, /^failed: [A-Z_]*CERT[A-Z_]*$/],
];

describe.each(faults)("a mirror that %s", (_, scene, failure) => {
  test("delays clients, but not for long, and costs them nothing else", async () => {
    await setUp(scene);
    const answers = await askUntilOpen();
    expectAt(answers, origin);
    expect(answers.length).toBeGreaterThanOrEqual(failuresToOpen);

    const asked = await questions();
    expectAt(await askForMany(50), origin);
    expect(await questions()).toBe(asked);
    expect(mirror.asked.length).toBe(scene.tls ? 0 : failuresToOpen);

    const report = await service.report();
    const { breaker, trouble: last } = report.mirrors.find(({ id }) => id === near) ?? {};
    expect([breaker, last?.words]).toEqual(["open", "did not answer as it should"]);
    expect(await failureInLog(near)).toMatch(failure);
    expect(await service.metric("mirrorform_decisions_total", { mirror: originId, status: "307" })).toBe(
      answers.length + 50,
    );
  });

  test("is probed by one question at a time, without a waiting client", async () => {
    await setUp(scene);
    await askUntilOpen();
    const asked = mirror.asked.length;
    now += shortestWait;
    expectAt(await askForMany(50), origin);
    await until(async () => (await service.breaker(near)) === "open");
    expect(mirror.asked.length).toBe(scene.tls ? 0 : asked + 1);
    expectAt(await askForMany(50), origin);
    expect(mirror.asked.length).toBe(scene.tls ? 0 : asked + 1);
  });

  test("does not keep clients from another mirror, even with the origin down", async () => {
    await setUp({ ...scene, withOther: true });
    await origin.stop();
    await askUntilOpen();
    const answers = await askForMany(50);
    expectAt(answers, other as FaultyMirror);
    expect(new Set(answers.map(({ location }) => location)).size).toBe(50);
  });
});

test.each(faults.filter(([, { tls }]) => !tls))(
  "a mirror that %s gets its clients back automatically",
  async (_, scene) => {
    await setUp(scene);
    await askUntilOpen();
    mirror.fault = "none";
    expectAt([await askForNew()], origin);
    now += shortestWait;
    expectAt([await askForNew()], origin);
    await until(async () => (await service.breaker(near)) === "closed");
    expectAt(await askForMany(50), mirror);
  },
);

test("if a mirror resets connections and there is another one, the first client gets the other", async () => {
  await setUp({ fault: "resets", withOther: true });
  await origin.stop();
  expectAt([await askForNew()], other as FaultyMirror);
});

test("clients of held objects do not get an unhealthy mirror until it recovers", async () => {
  await setUp({ fault: "none" });
  const object = blob(++objects);
  expectAt([await ask(object)], mirror);
  mirror.fault = "resets";
  await askUntilOpen();
  expectAt([await ask(object)], origin);
  mirror.fault = "none";
  now += shortestWait;
  await askForNew();
  await until(async () => (await service.breaker(near)) === "closed");
  const asked = await questions();
  expectAt([await ask(object)], mirror);
  expect(await questions()).toBe(asked);
});

describe("a mirror that answers 200 to HEAD and 404 to GET", () => {
  /** Lets time pass until the mirror has answered another question. */
  async function nextCheck(): Promise<void> {
    const asked = await questions();
    await until(async () => {
      tick();
      return (await questions()) > asked;
    });
  }

  test("and is complete: the canary detects the failure and the recovery", async () => {
    fakeIntervals();
    await setUp({ fault: "denies-get", complete: true });
    service.assembled.start();
    expectAt([await askForNew()], mirror);
    for (let check = 0; check < failuresToOpen; check++) await nextCheck();
    expect(new Set(mirror.asked)).toEqual(new Set([`GET /blobs/sha256:${"c".repeat(64)}`]));
    expect(await service.breaker(near)).toBe("open");
    expectAt(await askForMany(50), origin);
    mirror.fault = "none";
    now += checkInterval * (1 + checkJitter);
    await nextCheck();
    expect(await service.breaker(near)).toBe("closed");
    expectAt(await askForMany(50), mirror);
  });

  test("and is asked: a sample detects it, and from then on GET is used", async () => {
    await setUp({ fault: "denies-get" });
    const object = blob(++objects);
    expectAt([await ask(object)], mirror);
    now += sampleInterval;
    expectAt([await ask(object)], mirror);
    await until(async () => (await ask(object)).location.startsWith(origin.base));
    expectAt(await askForMany(20), origin);
    expect(mirror.asked.slice(3).every((asked) => asked.startsWith("GET "))).toBe(true);

    mirror.fault = "none";
    now += believedFor.absent;
    expectAt([await ask(object)], mirror);
    expectAt(await askForMany(20), mirror);
  });
});

/** A new object with a fault at the mirror. */
function createFaultyObject(fault: Fault): string {
  const object = blob(++objects);
  mirror.faults.set(`/blobs/${object.split("/").at(-1)}`, fault);
  return object;
}

describe("names at which a mirror fails", () => {
  const attacker = "127.255.255.66";

  test.each<[Fault, number]>([
    ["errors", long],
    ["resets", long],
    ["silent", short],
  ])("do not open its breaker if one client network asks for them (%s)", async (fault, budget) => {
    await setUp({ fault: "none", budget });
    for (let time = 0; time < 3 * failuresToOpen; time++) {
      expectAt([await service.ask(createFaultyObject(fault), attacker)], origin);
    }
    expect(await service.breaker(near)).toBe("closed");
    expectAt([await askForNew()], mirror);
  });

  test("do not keep its breaker open any longer", async () => {
    await setUp({ fault: "none" });
    const known = blob(++objects);
    expectAt([await ask(known)], mirror);
    mirror.fault = "errors";
    await askUntilOpen();
    mirror.fault = "none";
    now += shortestWait;
    expectAt([await service.ask(createFaultyObject("errors"), attacker)], origin);
    await until(async () => (await service.breaker(near)) === "closed");
    expect(mirror.asked.at(-1)).toBe(`GET /blobs/${known.split("/").at(-1)}`);
  });
});

test("clients of a network that timed out do not wait for that mirror again, and get another one", async () => {
  await setUp({ fault: "silent", budget: short, withOther: true });
  const client = newClient();
  expectAt([await askForNew(client)], origin);
  const { metric } = service;
  const slowAnswers = async () =>
    (await metric("mirrorform_request_duration_seconds_count")) -
    (await metric("mirrorform_request_duration_seconds_bucket", { le: "0.5" }));
  const slow = await slowAnswers();
  for (let time = 0; time < 5; time++) expectAt([await askForNew(client)], other as FaultyMirror);
  expect(await slowAnswers()).toBe(slow);
  expect(await service.breaker(near)).toBe("closed");
});

describe.each<[Fault]>([["busy"], ["busy-for-a-minute"]])("a mirror that wants fewer questions (%s)", (fault) => {
  test("is not asked, keeps the clients of objects it holds, and gets new ones back", async () => {
    await setUp({ fault: "none" });
    const known = blob(++objects);
    expectAt([await ask(known)], mirror);
    mirror.fault = fault;
    expectAt(await askForMany(20), origin);
    const asked = mirror.asked.length;
    expectAt(await askForMany(20), origin);
    expect(mirror.asked.length).toBe(asked);
    expectAt([await ask(known)], mirror);
    expect(await service.breaker(near)).toBe("closed");
    expect((await service.report()).mirrors.find(({ id }) => id === near)?.trouble).toBeUndefined();
    mirror.fault = "none";
    now += 60_000;
    expectAt([await askForNew()], mirror);
  });
});

describe("a client network that exceeds its share of new objects", () => {
  const { burst, perSecond } = questionRates.network;
  const attacker = "127.255.255.66";

  test("gets answers that need no question; other networks are unaffected, and it is served again after a while", async () => {
    await setUp({ fault: "none" });
    const known = blob(++objects);
    expectAt([await ask(known)], mirror);
    for (let count = 0; count < burst; count += 50) {
      expectAt(await Promise.all(Array.from({ length: 25 }, () => askForNew(attacker))), mirror);
      expectAt(await Promise.all(Array.from({ length: 25 }, () => askForNew(attacker))), mirror);
    }
    const asked = mirror.asked.length;
    expectAt([await askForNew(attacker), await askForNew(attacker)], origin);
    expect(mirror.asked.length).toBe(asked);
    expectAt([await service.ask(known, attacker)], mirror);
    expectAt([await askForNew(), await askForNew("127.255.254.66")], mirror);
    now += 1_000 / perSecond;
    expectAt([await askForNew(attacker)], mirror);
  });

  test("shares connections between its questions", async () => {
    await setUp({ fault: "missing" });
    for (let count = 0; count < 50; count++) await askForNew(attacker);
    expect(mirror.asked.length).toBe(50);
    expect(mirror.connections()).toBeLessThan(10);
  });
});

describe("with the origin down", () => {
  test("clients are sent to the mirrors that hold the object, or else to the origin", async () => {
    await setUp({ fault: "none" });
    await origin.stop();
    expectAt(await askForMany(50), mirror);
    mirror.fault = "missing";
    expectAt([await askForNew()], origin);
  });

  test("the origin's own breaker opens", async () => {
    fakeIntervals();
    await setUp({ fault: "none" });
    await origin.stop();
    service.assembled.start();
    await until(async () => {
      tick();
      return (await service.breaker(originId)) === "open";
    });
    expectAt(await askForMany(50), mirror);
    expect(await failureInLog(originId)).toMatch(/^failed: /);
  });
});
