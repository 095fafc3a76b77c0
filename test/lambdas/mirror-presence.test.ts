import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { SHORTEST_WAIT } from "../../lambdas/redirector/presence/circuit-breaker";
import {
  BELIEVED,
  CHECK_INTERVAL,
  CHECKED_AGAIN,
  LARGEST_MEMORY,
  MirrorPresence,
  MOST_CHARACTERS,
  MOST_QUESTIONS,
  type PresenceOptions,
} from "../../lambdas/redirector/presence/mirror-presence";
import { QUESTION_LIMIT } from "../../lambdas/redirector/presence/mirror-question";
import { type Fault, type FaultyMirror, startMirror } from "./faulty-mirrors";
import { until } from "./until";

const start = Date.parse("2026-11-21T12:00:00Z");
/** Where a mirror must be found slow, in milliseconds: soon, and yet three of it are enough for a busy machine. */
const budget = 200;
/** Longer than any test: what must be answered is waited for. */
const patience = 60_000;

const partial = { id: "somecdn/everywhere", complete: false };
const complete = { id: "aws/us-east-2", complete: true };

let now: number;
let events: string[];
let presence: MirrorPresence;
let mirror: FaultyMirror;
const running: FaultyMirror[] = [];

function presenceWith(options: PresenceOptions = {}): MirrorPresence {
  return new MirrorPresence({
    budget: QUESTION_LIMIT,
    clock: () => now,
    random: () => 0,
    observer: {
      questionAnswered: (id, kind, outcome, seconds) => events.push(`${id} ${kind} ${outcome} ${seconds}`),
      breakerChanged: ({ mirror: id, state }) => events.push(`${id} ${state}`),
    },
    ...options,
  });
}

async function mirrorWith(fault: Fault, options = {}): Promise<void> {
  mirror = await startMirror(fault, options);
  running.push(mirror);
}

beforeEach(() => {
  now = start;
  events = [];
  presence = presenceWith();
});

afterEach(async () => {
  presence.stop();
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

const url = (path: string): string => `${mirror.base}/${path}`;
const ask = (path: string, milliseconds = patience) => presence.ask(partial, url(path), milliseconds);
const known = (path: string) => presence.known(partial, url(path));
const breaker = () => [...presence.breakers()][0];

async function askUntilOpen(): Promise<void> {
  for (let object = 0; breaker()?.state !== "open"; object++) await ask(`${object}`, 1.5 * budget);
}

test("1,000 clients ask at once for one object that nobody asked for: one HEAD", async () => {
  await mirrorWith("none");
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => ask("object")));
  expect(new Set(answers)).toEqual(new Set(["held"]));
  expect(mirror.asked).toEqual(["HEAD /object"]);
  expect(await ask("object")).toBe("held");
  expect(known("object")).toBe("held");
  expect(mirror.asked).toHaveLength(1);
  expect(events).toEqual([`${partial.id} head held 0`]);
});

test("nothing in a question comes from a client", async () => {
  await mirrorWith("none");
  await ask("object");
  const ours = ["host", "connection", "user-agent", "accept", "accept-encoding", "accept-language", "sec-fetch-mode"];
  expect(Object.keys(mirror.headers()).filter((name) => !ours.includes(name))).toEqual([]);
  expect(mirror.headers()["user-agent"]).toBe("mirrorform");
});

test.each<[Fault, string, boolean]>([
  ["none", "held", true],
  ["denies-get", "held", true],
  ["empty", "held", true],
  ["missing", "absent", true],
  ["forbidden", "absent", true],
  ["errors", "unreachable", false],
  ["busy", "unreachable", false],
  ["resets", "unreachable", false],
])("a mirror with %s: %s", async (fault, answer, well) => {
  await mirrorWith(fault);
  expect(await ask("object")).toBe(answer);
  expect(known("object")).toBe(answer);
  expect(breaker()?.trouble === undefined).toBe(well);
});

test.each([
  [200, "held"],
  [204, "held"],
  [304, "unreachable"],
  [400, "absent"],
  [401, "absent"],
  [403, "absent"],
  [404, "absent"],
  [405, "absent"],
  [408, "unreachable"],
  [410, "absent"],
  [414, "absent"],
  [416, "absent"],
  [425, "unreachable"],
  [429, "unreachable"],
  [431, "absent"],
  [500, "unreachable"],
  [503, "unreachable"],
])("status %i to HEAD: %s", async (status, answer) => {
  presence = presenceWith({ fetch: async () => new Response(null, { status }) });
  expect(await presence.ask(partial, "https://mirror.invalid/object", patience)).toBe(answer);
});

test.each([400, 414])(
  "names that a mirror refuses with %i, asked by HEAD or by GET, leave its breaker closed",
  async (status) => {
    const refused = (index: number) => `https://mirror.invalid/${"x".repeat(1_025)}${index}`;
    let answer = 200;
    presence = presenceWith({ fetch: async () => new Response(null, { status: answer }) });
    const held = "https://mirror.invalid/held";
    await presence.ask(partial, held, patience);
    answer = status;
    for (let index = 0; index < 100; index++)
      expect(await presence.ask(partial, refused(index), patience)).toBe("absent");
    now += CHECKED_AGAIN;
    presence.known(partial, held);
    await until(() => presence.known(partial, held) === "absent");
    for (let index = 100; index < 200; index++) await presence.ask(partial, refused(index), patience);
    expect(events.at(-1)).toBe(`${partial.id} range absent 0`);
    expect(breaker()).toEqual({ mirror: partial.id, state: "closed", since: start });
  },
);

test("redirects are followed", async () => {
  await mirrorWith("none");
  const target = url("object");
  const { createServer: createHttpServer } = await import("node:http");
  const door = createHttpServer((_, response) => response.writeHead(307, { Location: target }).end());
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const answer = await presence.ask(partial, `http://127.0.0.1:${(door.address() as AddressInfo).port}/`, patience);
  expect(answer).toBe("held");
  expect(mirror.asked).toEqual(["HEAD /object"]);
  door.close();
  door.closeAllConnections();
});

test("a certificate that nobody trusts", async () => {
  await mirrorWith("none", { tls: true });
  expect(await ask("object")).toBe("unreachable");
  expect(breaker()?.trouble).toMatch(/^2026-11-21T12:00:00\.000Z failed: [A-Z_]*CERT[A-Z_]*$/);
  expect(mirror.asked).toEqual([]);
});

test("a mirror of which not even the port is left", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  expect(await presence.ask(partial, `http://127.0.0.1:${port}/object`, patience)).toBe("unreachable");
  expect(breaker()?.trouble).toMatch(/ failed: \w+$/);
});

test("a mirror that never answers: the client goes on, and nobody waits for that object again", async () => {
  presence = presenceWith({ budget });
  await mirrorWith("silent");
  expect(await ask("object", 1)).toBe("unknown");
  await until(() => known("object") === "unreachable");
  expect(await ask("object")).toBe("unreachable");
  expect(breaker()?.trouble).toBe(`2026-11-21T12:00:00.000Z did not answer HEAD within ${budget} ms`);
  expect(mirror.asked).toEqual(["HEAD /object"]);
});

test("an answer after the client has gone on is remembered", async () => {
  let arrive: (response: Response) => void = () => {};
  const response = new Promise<Response>((resolve) => {
    arrive = resolve;
  });
  presence = presenceWith({ budget, fetch: () => response });
  const object = "https://mirror.invalid/object";
  expect(await presence.ask(partial, object, 1)).toBe("unknown");
  await until(() => presence.known(partial, object) === "unreachable");
  arrive(new Response());
  await until(() => presence.known(partial, object) === "held");
});

test.each<[Fault]>([["silent"], ["resets"], ["errors"]])(
  "a mirror with %s: its breaker opens, nobody asks it, and a probe that rides on a request finds it well again",
  async (fault) => {
    presence = presenceWith({ budget });
    await mirrorWith(fault);
    await askUntilOpen();
    const asked = mirror.asked.length;
    expect(known("new")).toBe("unreachable");
    expect(await ask("new")).toBe("unreachable");
    expect(mirror.asked).toHaveLength(asked);

    now += SHORTEST_WAIT;
    expect(known("new")).toBe("unreachable");
    expect(breaker()?.state).toBe("probing");
    expect(known("newer")).toBe("unreachable");
    await until(() => breaker()?.state === "open");
    expect(mirror.asked).toHaveLength(asked + 1);

    mirror.fault = "none";
    now += 2 * SHORTEST_WAIT;
    expect(known("newer")).toBe("unreachable");
    await until(() => breaker()?.state === "closed");
    expect(known("newer")).toBe("held");
    expect(await ask("newest")).toBe("held");
    expect(events.filter((event) => /(open|probing|closed)$/.test(event)).map((event) => event.split(" ")[1])).toEqual([
      "open",
      "probing",
      "open",
      "probing",
      "closed",
    ]);
  },
);

test("a mirror whose answers take more than its budget, yet less than three, stays in use", async () => {
  const late = budget * 1.5;
  presence = presenceWith({ budget, fetch: () => pause(late).then(() => new Response()) });
  const bursts = Array.from({ length: 5 }, (_, burst) => burst);
  for (const burst of bursts) {
    const objects = Array.from({ length: 20 }, (_, object) => `https://mirror.invalid/${burst}/${object}`);
    await Promise.all(objects.map((object) => presence.ask(partial, object, patience)));
    for (const object of objects) expect(presence.known(partial, object)).toBe("held");
  }
  expect(breaker()).toMatchObject({ state: "closed", trouble: expect.stringContaining("did not answer HEAD") });
});

test("a question is given up after its limit", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask"] });
  try {
    const fetchSilently: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      });
    presence = presenceWith({ fetch: fetchSilently });
    const answer = presence.ask(partial, "https://mirror.invalid/object", patience);
    await jest.advanceTimersByTimeAsync(QUESTION_LIMIT);
    expect(await answer).toBe("unreachable");
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

test.each<[Fault, "held" | "absent" | "unreachable"]>([
  ["none", "held"],
  ["missing", "absent"],
  ["errors", "unreachable"],
])("an answer of a mirror with %s is believed for a while: %s", async (fault, answer) => {
  await mirrorWith(fault);
  await ask("object");
  now += BELIEVED[answer] - 1;
  expect(known("object")).toBe(answer);
  now += 1;
  expect(known("object")).toBe("unknown");
});

test("a held object that is used is asked for again by GET, once at a time, and is held meanwhile", async () => {
  await mirrorWith("none");
  await ask("object");
  now += CHECKED_AGAIN - 1;
  expect(known("object")).toBe("held");
  expect(mirror.asked).toHaveLength(1);
  now += 1;
  for (let use = 0; use < 100; use++) expect(known("object")).toBe("held");
  await until(() => events.length === 2);
  expect(mirror.asked).toEqual(["HEAD /object", "GET /object"]);
  now += BELIEVED.held - 1;
  expect(known("object")).toBe("held");
});

test("a mirror that says 200 to HEAD and 404 to GET is found out, and is asked by GET from then on", async () => {
  await mirrorWith("denies-get");
  expect(await ask("object")).toBe("held");
  now += CHECKED_AGAIN;
  expect(known("object")).toBe("held");
  await until(() => known("object") === "absent");
  now += BELIEVED.absent;
  expect(await ask("object")).toBe("absent");
  expect(await ask("other")).toBe("absent");
  expect(mirror.asked).toEqual(["HEAD /object", "GET /object", "GET /object", "GET /other"]);
  now += BELIEVED.held;
  expect(await ask("third")).toBe("held");
});

test("an empty object has no first byte, and is held", async () => {
  await mirrorWith("empty");
  await ask("object");
  now += CHECKED_AGAIN;
  expect(known("object")).toBe("held");
  await until(() => events.length === 2);
  expect(events.at(-1)).toBe(`${partial.id} range held 0`);
});

test("the memory is bounded: what was used least recently is forgotten", async () => {
  presence = presenceWith({ fetch: async () => new Response() });
  const object = (index: number) => `https://mirror.invalid/${index}`;
  for (let index = 0; index <= LARGEST_MEMORY; index++) {
    presence.known(partial, object(0));
    await presence.ask(partial, object(index), patience);
  }
  expect([0, 1, 2, LARGEST_MEMORY].map((index) => presence.known(partial, object(index)))).toEqual([
    "held",
    "unknown",
    "held",
    "held",
  ]);
});

test("the memory is bounded in characters too, for long URLs", async () => {
  presence = presenceWith({ fetch: async () => new Response() });
  const length = 12_000;
  const object = (index: number) => `https://mirror.invalid/${index}/`.padEnd(length, "x");
  const fitting = Math.floor(MOST_CHARACTERS / length);
  for (let index = 0; index <= fitting; index++) await presence.ask(partial, object(index), patience);
  expect([0, 1, fitting].map((index) => presence.known(partial, object(index)))).toEqual(["unknown", "held", "held"]);
});

test("a flood of invented names: the mirror gets so many questions at a time, and no more", async () => {
  let underWay = 0;
  presence = presenceWith({ fetch: () => new Promise(() => underWay++) });
  const answers = Array.from({ length: 2_000 }, (_, index) =>
    presence.ask(partial, `https://mirror.invalid/${index}`, 10),
  );
  expect(new Set(await Promise.all(answers))).toEqual(new Set(["unknown"]));
  expect(underWay).toBe(MOST_QUESTIONS);
});

test("a complete mirror is never asked", async () => {
  await mirrorWith("errors");
  expect(presence.known(complete, url("object"))).toBe("held");
  expect(await presence.ask(complete, url("object"), patience)).toBe("held");
  now += CHECKED_AGAIN;
  expect(presence.known(complete, url("object"))).toBe("held");
  expect(mirror.asked).toEqual([]);
});

test("checks open and close a complete mirror's breaker; failing ones are repeated soon", async () => {
  await mirrorWith("missing");
  let asked = 0;
  presence = presenceWith({
    fetch: (...request) => {
      asked++;
      return fetch(...request);
    },
  });
  const check = async (): Promise<void> => {
    presence.checkIfDue(complete, url("canary"));
    await until(() => events.filter((event) => event.includes(" check ")).length === asked);
  };
  for (let time = 0; time < 3; time++) {
    expect(presence.known(complete, url("object"))).toBe("held");
    await check();
    await check();
    now += 1_000;
  }
  expect(mirror.asked).toEqual(["GET /canary", "GET /canary", "GET /canary"]);
  expect(presence.known(complete, url("object"))).toBe("unreachable");
  expect(breaker()?.trouble).toBe("2026-11-21T12:00:02.000Z answered GET with status 404");

  now += SHORTEST_WAIT;
  expect(presence.known(complete, url("object"))).toBe("unreachable");
  expect(breaker()?.state).toBe("open");

  mirror.fault = "none";
  now += CHECK_INTERVAL;
  await check();
  expect(mirror.asked).toHaveLength(4);
  expect(presence.known(complete, url("object"))).toBe("held");
});

test("a canary that is not there is no trouble of a mirror that need not hold it", async () => {
  await mirrorWith("missing");
  presence.checkIfDue(partial, url("canary"));
  await until(() => events.length === 1);
  expect(events).toEqual([`${partial.id} check absent 0`]);
  expect(breaker()?.trouble).toBeUndefined();
});

test.each([
  [0, CHECK_INTERVAL * 0.8],
  [0.5, CHECK_INTERVAL],
  [0.999, CHECK_INTERVAL * 1.1996],
])("checks by timer, with jitter: random %d gives %d ms", async (random, interval) => {
  jest.useFakeTimers({ now: start });
  try {
    const times: number[] = [];
    const fetchAndNote: typeof fetch = async () => {
      times.push(Date.now());
      return new Response();
    };
    presence = new MirrorPresence({ clock: Date.now, random: () => random, fetch: fetchAndNote });
    presence.startChecks(() => [{ mirror: complete, url: "https://mirror.invalid/canary" }]);
    await jest.advanceTimersByTimeAsync(4 * CHECK_INTERVAL);
    const [first = 0, second = 0] = times;
    expect(first - start).toBeLessThanOrEqual(6_000);
    expect(Math.ceil((second - first) / 1_000)).toBe(Math.ceil(interval / 1_000));
    presence.stop();
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

describe("where the process is frozen between requests", () => {
  test.each([
    ["a failure that is seen after it", () => Promise.reject(new Error("read ECONNRESET"))],
    ["an answer that is seen after it", () => Promise.resolve(new Response())],
  ])("%s is no evidence", async (_, thaw) => {
    let goOn: () => void = () => {};
    const frozen = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    presence = presenceWith({ fetch: () => frozen.then(thaw) });
    const object = "https://mirror.invalid/object";
    const answer = presence.ask(partial, object, patience);
    now += 10 * 60_000;
    goOn();
    expect(await answer).toBe("unknown");
    expect(presence.known(partial, object)).toBe("unknown");
    expect(breaker()?.trouble).toBeUndefined();
    expect(events.at(-1)).toBe(`${partial.id} head abandoned 600`);
  });

  test("a timer that fires long after its time accuses nobody", async () => {
    presence = presenceWith({ budget });
    await mirrorWith("silent");
    const answer = ask("object");
    now += 2_000;
    expect(await answer).toBe("unknown");
    expect(breaker()?.trouble).toBeUndefined();
  });

  test("after a probe that was lost, a client waits for the next one", async () => {
    presence = presenceWith({ budget });
    await mirrorWith("errors");
    await askUntilOpen();
    mirror.fault = "silent";
    now += SHORTEST_WAIT;
    expect(known("new")).toBe("unreachable");
    now += 60_000;
    await until(() => breaker()?.state === "open");
    mirror.fault = "none";
    expect(known("new")).toBe("unknown");
    const first = ask("new");
    expect(known("newer")).toBe("unreachable");
    expect(await first).toBe("held");
    expect(breaker()?.state).toBe("closed");
  });
});

describe("a mirror that is gone", () => {
  const reports = () => [...presence.breakers()].map(({ mirror: id }) => id);

  test("is forgotten, and so is what a request that began before asks it", async () => {
    await mirrorWith("none");
    await ask("object");
    presence.checkIfDue(complete, url("canary"));
    expect(reports()).toEqual([partial.id, complete.id]);
    presence.keepOnly(new Set([complete.id]));
    expect(reports()).toEqual([complete.id]);
    expect(await ask("another")).toBe("held");
    expect(reports()).toEqual([complete.id]);
  });

  test("comes back with a clean record", async () => {
    await mirrorWith("errors");
    await askUntilOpen();
    presence.keepOnly(new Set());
    presence.keepOnly(new Set([partial.id]));
    mirror.fault = "none";
    expect(await ask("new")).toBe("held");
    expect(reports()).toEqual([partial.id]);
  });

  test("is told of no more, whatever comes of its questions", async () => {
    await mirrorWith("errors");
    await askUntilOpen();
    mirror.fault = "none";
    now += SHORTEST_WAIT;
    expect(known("new")).toBe("unreachable");
    expect(breaker()?.state).toBe("probing");
    presence.keepOnly(new Set());
    await until(() => known("new") === "held");
    expect(events.filter((event) => event.endsWith("closed"))).toEqual([]);
  });
});

test("stop withdraws what is on its way, accuses nobody, and nobody is asked any more", async () => {
  await mirrorWith("silent");
  const answers = [ask("one"), ask("two")];
  await until(() => mirror.asked.length === 2);
  presence.stop();
  expect(await Promise.all(answers)).toEqual(["unknown", "unknown"]);
  expect(breaker()).toEqual({ mirror: partial.id, state: "closed", since: start });
  expect(await ask("three")).toBe("unknown");
  presence.checkIfDue(complete, url("canary"));
  await mirror.stop();
  running.splice(0);
  expect(mirror.asked).toHaveLength(2);
});
