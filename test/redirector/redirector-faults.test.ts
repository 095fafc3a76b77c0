import { shortestWait, troublesToOpen } from "../../redirector/presence/circuit-breaker";
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
import { type Stand, startStand, type Told } from "./stand";
import { until } from "./until";

/** The mirror in the clients' own region, and another one of their provider. */
const near = "local/near";
const far = "local/far";

/** Where a mirror that never answers is waited for, three times, and others must answer in time. Milliseconds. */
const short = 1_000;
/** Where answers are waited for, however busy the machine is. Milliseconds. */
const long = questionLimit;

let now: number;
let stand: Stand;
let origin: FaultyMirror;
let mirror: FaultyMirror;
let other: FaultyMirror | undefined;

interface Scene {
  readonly fault: Fault;
  readonly tls?: boolean;
  readonly complete?: boolean;
  readonly budget?: number;
  /** Whether there is a second mirror, which is well. */
  readonly withOther?: boolean;
}

function at(id: string, { base }: FaultyMirror, changes: Partial<TableMirror> = {}): TableMirror {
  return madeMirror(id, { blobs: `${base}/blobs/{digest}`, files: `${base}/files/{path}`, ...changes });
}

/** Everybody on loopback is a client of one mirror's own region. */
async function set({ fault, tls = false, complete = false, budget = long, withOther = false }: Scene): Promise<void> {
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
  stand = await startStand(madeTable(mirrors, networks, { canary }), { budget, clock: () => now, clientAddress });
}

beforeEach(() => {
  now = Date.parse("2026-11-21T12:00:00Z");
});

afterEach(async () => {
  jest.useRealTimers();
  await stand.stop();
  await Promise.all([origin.stop(), mirror.stop(), other?.stop()]);
});

/** Checks run by an interval, which is ours from here on; sockets need all the rest as it is. */
function fakeIntervals(): void {
  const real = ["nextTick", "queueMicrotask", "setImmediate", "clearImmediate", "setTimeout", "clearTimeout"] as const;
  jest.useFakeTimers({ doNotFake: [...real, "performance", "hrtime", "Date"] });
}

function tick(): void {
  now += 1_000;
  jest.advanceTimersByTime(1_000);
}

let objects = 0;
/** A client of a network of which nobody else is. */
const somebody = () => `127.${(++objects >> 8) & 255}.${objects & 255}.1`;
/** Asks for an object that nobody asked for before. */
const askForNew = (from = somebody()) => stand.ask(blob(++objects), from);
/** A client, for an object that others ask for too. */
const ask = (object: string) => stand.ask(object, somebody());
/** So many clients at once, each for a new object. */
const askForMany = (count: number) => Promise.all(Array.from({ length: count }, () => askForNew()));
const questions = () => stand.metric("mirrorform_presence_checks_total", { mirror: near });

const place = (base: string) => ({ status: 307, location: expect.stringMatching(`^${base}/`) });
function expectAt(told: readonly Told[], { base }: FaultyMirror): void {
  for (const each of told) expect(each).toEqual(place(base));
}

/** What the log says of a mirror whose breaker opened, behind the time: the status page says less. */
async function troubleInLog(mirrorId: string): Promise<string | undefined> {
  await stand.assembled.flush();
  const told = stand.lines.map((line) => JSON.parse(line) as Record<string, string>);
  return told.find(({ mirror: id, breaker }) => id === mirrorId && breaker === "open")?.trouble?.replace(/^\S+ /, "");
}

/** Clients come one after another until the mirror is left alone. @returns what they were told */
async function clientsUntilOpen(): Promise<Told[]> {
  const told: Told[] = [];
  while ((await stand.breaker(near)) !== "open") told.push(await askForNew());
  return told;
}

test("1,000 clients ask at once for one object that nobody asked for before: one HEAD, and all get the mirror", async () => {
  await set({ fault: "none" });
  const clients = await Promise.all(Array.from({ length: 1_000 }, () => RawClient.connect(stand.port)));
  const answers = await Promise.all(clients.map((client) => client.ask(blob(), "127.0.0.1")));
  for (const answer of answers) expect(answer?.head).toMatch(`\r\nLocation: ${mirror.base}/blobs/`);
  expect(new Set(answers.map((answer) => answer?.status))).toEqual(new Set([307]));
  expect(mirror.asked).toEqual([`HEAD /blobs/${blob().split("/").at(-1)}`]);
  expect(origin.asked).toEqual([]);
  expect(await questions()).toBe(1);
  expect(await stand.metric("mirrorform_decisions_total", { mirror: near, status: "307" })).toBe(1_000);
  for (const { socket } of clients) socket.destroy();
});

const faults: readonly (readonly [name: string, scene: Scene, trouble: RegExp])[] = [
  ["never answers", { fault: "silent", budget: short }, /^did not answer HEAD within /],
  ["resets", { fault: "resets" }, /^failed: \w+$/],
  ["answers 500", { fault: "errors" }, /^answered HEAD with status 500$/],
  ["has a broken certificate", { fault: "none", tls: true }, /^failed: [A-Z_]*CERT[A-Z_]*$/],
];

describe.each(faults)("a mirror that %s", (_, scene, trouble) => {
  test("costs no client anything but time, and soon not even that", async () => {
    await set(scene);
    const told = await clientsUntilOpen();
    expectAt(told, origin);
    expect(told.length).toBeGreaterThanOrEqual(troublesToOpen);

    const asked = await questions();
    expectAt(await askForMany(50), origin);
    expect(await questions()).toBe(asked);
    expect(mirror.asked.length).toBe(scene.tls ? 0 : troublesToOpen);

    const report = await stand.report();
    const { breaker, trouble: last } = report.mirrors.find(({ id }) => id === near) ?? {};
    expect([breaker, last?.words]).toEqual(["open", "did not answer as it should"]);
    expect(await troubleInLog(near)).toMatch(trouble);
    expect(await stand.metric("mirrorform_decisions_total", { mirror: originId, status: "307" })).toBe(
      told.length + 50,
    );
  });

  test("is tried by one question at a time, which no client waits for", async () => {
    await set(scene);
    await clientsUntilOpen();
    const asked = mirror.asked.length;
    now += shortestWait;
    expectAt(await askForMany(50), origin);
    await until(async () => (await stand.breaker(near)) === "open");
    expect(mirror.asked.length).toBe(scene.tls ? 0 : asked + 1);
    expectAt(await askForMany(50), origin);
    expect(mirror.asked.length).toBe(scene.tls ? 0 : asked + 1);
  });

  test("does not keep clients from what another mirror holds, with the origin down as well", async () => {
    await set({ ...scene, withOther: true });
    await origin.stop();
    await clientsUntilOpen();
    const told = await askForMany(50);
    expectAt(told, other as FaultyMirror);
    expect(new Set(told.map(({ location }) => location)).size).toBe(50);
  });
});

test.each(faults.filter(([, { tls }]) => !tls))(
  "a mirror that %s gets its clients back by itself",
  async (_, scene) => {
    await set(scene);
    await clientsUntilOpen();
    mirror.fault = "none";
    expectAt([await askForNew()], origin);
    now += shortestWait;
    expectAt([await askForNew()], origin);
    await until(async () => (await stand.breaker(near)) === "closed");
    expectAt(await askForMany(50), mirror);
  },
);

test("a mirror that resets, with another behind it: the first client already gets the other", async () => {
  await set({ fault: "resets", withOther: true });
  await origin.stop();
  expectAt([await askForNew()], other as FaultyMirror);
});

test("what a mirror was known to hold is not sought there while it is left alone, and is again afterwards", async () => {
  await set({ fault: "none" });
  const object = blob(++objects);
  expectAt([await ask(object)], mirror);
  mirror.fault = "resets";
  await clientsUntilOpen();
  expectAt([await ask(object)], origin);
  mirror.fault = "none";
  now += shortestWait;
  await askForNew();
  await until(async () => (await stand.breaker(near)) === "closed");
  const asked = await questions();
  expectAt([await ask(object)], mirror);
  expect(await questions()).toBe(asked);
});

describe("a mirror that says 200 to HEAD and 404 to GET", () => {
  /** Lets time pass until the mirror is asked again, and that question is answered. */
  async function nextCheck(): Promise<void> {
    const asked = await questions();
    await until(async () => {
      tick();
      return (await questions()) > asked;
    });
  }

  test("and holds everything by statement: the canary finds out, and finds it well again", async () => {
    fakeIntervals();
    await set({ fault: "denies-get", complete: true });
    stand.assembled.start();
    expectAt([await askForNew()], mirror);
    for (let check = 0; check < troublesToOpen; check++) await nextCheck();
    expect(new Set(mirror.asked)).toEqual(new Set([`GET /blobs/sha256:${"c".repeat(64)}`]));
    expect(await stand.breaker(near)).toBe("open");
    expectAt(await askForMany(50), origin);
    mirror.fault = "none";
    now += checkInterval * (1 + checkJitter);
    await nextCheck();
    expect(await stand.breaker(near)).toBe("closed");
    expectAt(await askForMany(50), mirror);
  });

  test("and is asked: a sample finds out, and from then on GET is asked", async () => {
    await set({ fault: "denies-get" });
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

/** A new object with which something is wrong at the mirror. */
function badObject(fault: Fault): string {
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
  ])("open nobody's breaker where one client network asks for them (%s)", async (fault, budget) => {
    await set({ fault: "none", budget });
    for (let time = 0; time < 3 * troublesToOpen; time++) {
      expectAt([await stand.ask(badObject(fault), attacker)], origin);
    }
    expect(await stand.breaker(near)).toBe("closed");
    expectAt([await askForNew()], mirror);
  });

  test("keep a breaker open no longer, if a client's name is what opened it", async () => {
    await set({ fault: "none" });
    const known = blob(++objects);
    expectAt([await ask(known)], mirror);
    mirror.fault = "errors";
    await clientsUntilOpen();
    mirror.fault = "none";
    now += shortestWait;
    expectAt([await stand.ask(badObject("errors"), attacker)], origin);
    await until(async () => (await stand.breaker(near)) === "closed");
    expect(mirror.asked.at(-1)).toBe(`GET /blobs/${known.split("/").at(-1)}`);
  });
});

test("a mirror for which a client network waited in vain: its clients do not wait again, and get another mirror", async () => {
  await set({ fault: "silent", budget: short, withOther: true });
  const client = somebody();
  expectAt([await askForNew(client)], origin);
  const { metric } = stand;
  const slowAnswers = async () =>
    (await metric("mirrorform_request_duration_seconds_count")) -
    (await metric("mirrorform_request_duration_seconds_bucket", { le: "0.5" }));
  const slow = await slowAnswers();
  for (let time = 0; time < 5; time++) expectAt([await askForNew(client)], other as FaultyMirror);
  expect(await slowAnswers()).toBe(slow);
  expect(await stand.breaker(near)).toBe("closed");
});

describe.each<[Fault]>([["busy"], ["busy-for-a-minute"]])("a mirror that has had enough of questions (%s)", (fault) => {
  test("is spared, keeps the clients for what it holds, and gets new ones back", async () => {
    await set({ fault: "none" });
    const known = blob(++objects);
    expectAt([await ask(known)], mirror);
    mirror.fault = fault;
    expectAt(await askForMany(20), origin);
    const asked = mirror.asked.length;
    expectAt(await askForMany(20), origin);
    expect(mirror.asked.length).toBe(asked);
    expectAt([await ask(known)], mirror);
    expect(await stand.breaker(near)).toBe("closed");
    expect((await stand.report()).mirrors.find(({ id }) => id === near)?.trouble).toBeUndefined();
    mirror.fault = "none";
    now += 60_000;
    expectAt([await askForNew()], mirror);
  });
});

describe("a client network that asks for more new objects than its share", () => {
  const { burst, perSecond } = questionRates.network;
  const attacker = "127.255.255.66";

  test("is sent to where nothing must be asked; others' new objects are asked for, and its own after a while", async () => {
    await set({ fault: "none" });
    const known = blob(++objects);
    expectAt([await ask(known)], mirror);
    for (let count = 0; count < burst; count += 50) {
      expectAt(await Promise.all(Array.from({ length: 25 }, () => askForNew(attacker))), mirror);
      expectAt(await Promise.all(Array.from({ length: 25 }, () => askForNew(attacker))), mirror);
    }
    const asked = mirror.asked.length;
    expectAt([await askForNew(attacker), await askForNew(attacker)], origin);
    expect(mirror.asked.length).toBe(asked);
    expectAt([await stand.ask(known, attacker)], mirror);
    expectAt([await askForNew(), await askForNew("127.255.254.66")], mirror);
    now += 1_000 / perSecond;
    expectAt([await askForNew(attacker)], mirror);
  });

  test("needs no connection for each question", async () => {
    await set({ fault: "missing" });
    for (let count = 0; count < 50; count++) await askForNew(attacker);
    expect(mirror.asked.length).toBe(50);
    expect(mirror.connections()).toBeLessThan(10);
  });
});

describe("with the origin down", () => {
  test("clients are sent to the mirrors that hold the object, and to the origin where nobody does", async () => {
    await set({ fault: "none" });
    await origin.stop();
    expectAt(await askForMany(50), mirror);
    mirror.fault = "missing";
    expectAt([await askForNew()], origin);
  });

  test("its own breaker shows it", async () => {
    fakeIntervals();
    await set({ fault: "none" });
    await origin.stop();
    stand.assembled.start();
    await until(async () => {
      tick();
      return (await stand.breaker(originId)) === "open";
    });
    expectAt(await askForMany(50), mirror);
    expect(await troubleInLog(originId)).toMatch(/^failed: /);
  });
});
