import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { parseAddress } from "../../../networks/parsed-address";
import { shortestWait } from "../../../redirector/presence/circuit-breaker";
import { checkInterval } from "../../../redirector/presence/mirror-checks";
import type { MirrorReply, SendToMirror } from "../../../redirector/presence/mirror-connections";
import { MirrorPresence, type PresenceOptions } from "../../../redirector/presence/mirror-presence";
import { questionLimit } from "../../../redirector/presence/mirror-question";
import { mostQuestionsOfMirror } from "../../../redirector/presence/mirror-questions";
import { believedFor, checkedAgainAfter, mostOfNetwork } from "../../../redirector/presence/object-memory";
import { distrustedFor, sampleInterval } from "../../../redirector/presence/object-questions";
import { mostInProgress, questionRates } from "../../../redirector/presence/question-budget";
import { longestPause, shortestPause } from "../../../redirector/presence/question-pause";
import { clientNetwork } from "../../../routing/client-network";
import { type Fault, type FaultyMirror, startMirror } from "../faulty-mirrors";
import { until } from "../until";

const start = Date.parse("2026-11-21T12:00:00Z");
/** The budget of tests with slow mirrors, in milliseconds: short, and yet three of it are enough for a busy machine. */
const budget = 200;
/** Longer than any test, in milliseconds: the test waits for the answer. */
const patience = 60_000;

const partial = { id: "somecdn/everywhere", complete: false };
const complete = { id: "aws/us-east-2", complete: true };

let now: number;
let events: string[];
let lacking: string[];
let presence: MirrorPresence;
let mirror: FaultyMirror;
const running: FaultyMirror[] = [];

function presenceWith(options: PresenceOptions = {}): MirrorPresence {
  return new MirrorPresence({
    budget: questionLimit,
    clock: () => now,
    random: () => 0,
    allowPrivate: true,
    observer: {
      questionAnswered: (id, kind, outcome, seconds) => events.push(`${id} ${kind} ${outcome} ${seconds}`),
      breakerChanged: ({ mirror: id, state }) => events.push(`${id} ${state}`),
      verifiedObjectMissing: (id, object) => lacking.push(`${id} ${new URL(object).pathname}`),
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
  lacking = [];
  presence = presenceWith();
});

afterEach(async () => {
  presence.stop();
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

const encoded = (request: string): string => request.replace(/(?<=\/.*) /g, "%20");
let clients = 0;
/** A client of a network that has not asked before. */
const newClient = () => `10.${(++clients >> 8) & 255}.${clients & 255}.1`;
const networkOf = (address: string): string => clientNetwork(parseAddress(address));
const url = (path: string): string => `${mirror.base}/${path}`;
const ask = (path: string, milliseconds = patience, address = newClient()) =>
  presence.ask(partial, url(path), milliseconds, networkOf(address));
/** Asks for a URL at which no mirror runs. */
const askAt = (object: string, milliseconds = patience, address = newClient()) =>
  presence.ask(partial, object, milliseconds, networkOf(address));
const known = (path: string) => presence.known(partial, url(path));
const breaker = () => [...presence.breakers()][0];

async function askUntilOpen(): Promise<void> {
  for (let object = 0; breaker()?.state !== "open"; object++) await ask(`${object}`, 1.5 * budget);
}

test("1,000 clients ask at once for one new object: one HEAD", async () => {
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
  expect(Object.keys(mirror.headers()).sort()).toEqual(["accept", "connection", "host", "user-agent"]);
  expect(mirror.headers()["user-agent"]).toBe("mirrorform");
});

test.each<[Fault, string, boolean]>([
  ["none", "held", true],
  ["denies-get", "held", true],
  ["empty", "held", true],
  ["missing", "absent", true],
  ["forbidden", "absent", true],
  ["head-405", "held", true],
  ["head-403", "held", true],
  ["head-501", "held", true],
  ["errors", "unreachable", false],
  ["resets", "unreachable", false],
])("a mirror with %s: %s", async (fault, answer, well) => {
  await mirrorWith(fault);
  expect(await ask("object")).toBe(answer);
  expect(known("object")).toBe(answer);
  expect(breaker()?.lastFailure === undefined).toBe(well);
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
  [406, "absent"],
  [408, "unreachable"],
  [410, "absent"],
  [414, "absent"],
  [416, "absent"],
  [425, "unreachable"],
  [429, "unreachable"],
  [431, "absent"],
  [500, "unreachable"],
  [501, "unreachable"],
  [503, "unreachable"],
])("status %i to HEAD, and to GET if that is asked: %s", async (status, answer) => {
  presence = presenceWith({ send: async () => ({ status }) });
  expect(await askAt("https://mirror.invalid/object")).toBe(answer);
});

test.each([400, 414])(
  "names that a mirror refuses with %i, to HEAD or GET, do not open its breaker",
  async (status) => {
    const refused = (index: number) => `https://mirror.invalid/${"x".repeat(1_025)}${index}`;
    const held = "https://mirror.invalid/held";
    presence = presenceWith({
      send: async (asked, { method }) => ({ status: asked === held && method === "HEAD" ? 200 : status }),
    });
    await askAt(held);
    for (let index = 0; index < 100; index++) expect(await askAt(refused(index))).toBe("absent");
    now += checkedAgainAfter;
    presence.known(partial, held);
    await until(() => presence.known(partial, held) === "absent");
    for (let index = 100; index < 200; index++) await askAt(refused(index));
    expect(events.at(-1)).toBe(`${partial.id} range absent 0`);
    expect(breaker()).toEqual({ mirror: partial.id, state: "closed", since: start });
  },
);

test("an untrusted certificate", async () => {
  await mirrorWith("none", { tls: true });
  expect(await ask("object")).toBe("unreachable");
  expect(breaker()?.lastFailure).toEqual({ at: start, words: expect.stringMatching(/^failed: [A-Z_]*CERT[A-Z_]*$/) });
  expect(mirror.asked).toEqual([]);
});

test("a mirror whose port is closed", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  expect(await askAt(`http://127.0.0.1:${port}/object`)).toBe("unreachable");
  expect(breaker()?.lastFailure?.words).toMatch(/^failed: \w+$/);
});

test("a mirror that never answers: the client goes elsewhere, and no client waits for that object again", async () => {
  presence = presenceWith({ budget });
  await mirrorWith("silent");
  expect(await ask("object", 1)).toBe("unknown");
  await until(() => known("object") === "unreachable");
  expect(await ask("object")).toBe("unreachable");
  expect(breaker()?.lastFailure).toEqual({ at: start, words: `did not answer HEAD within ${budget} ms` });
  expect(mirror.asked).toEqual(["HEAD /object"]);
});

test("an answer that comes too late for the client is remembered", async () => {
  let arrive: (reply: MirrorReply) => void = () => {};
  const response = new Promise<MirrorReply>((resolve) => {
    arrive = resolve;
  });
  presence = presenceWith({ budget, send: () => response });
  const object = "https://mirror.invalid/object";
  expect(await askAt(object, 1)).toBe("unknown");
  await until(() => presence.known(partial, object) === "unreachable");
  arrive({ status: 200 });
  await until(() => presence.known(partial, object) === "held");
});

test.each<[Fault]>([["silent"], ["resets"], ["errors"]])(
  "a mirror with %s: its breaker opens, it is not asked, and a probe during a request finds it healthy again",
  async (fault) => {
    presence = presenceWith({ budget });
    await mirrorWith(fault);
    await askUntilOpen();
    const asked = mirror.asked.length;
    expect(known("new")).toBe("unreachable");
    expect(await ask("new")).toBe("unreachable");
    expect(mirror.asked).toHaveLength(asked);

    now += shortestWait;
    expect(known("new")).toBe("unreachable");
    expect(breaker()?.state).toBe("probing");
    expect(known("newer")).toBe("unreachable");
    await until(() => breaker()?.state === "open");
    expect(mirror.asked).toHaveLength(asked + 1);

    mirror.fault = "none";
    now += 2 * shortestWait;
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

test("a mirror that needs between one and three budgets for a new connection stays in use", async () => {
  const late = budget * 1.5;
  presence = presenceWith({ budget, send: () => pause(late).then(() => ({ status: 200, waited: 1 })) });
  const bursts = Array.from({ length: 5 }, (_, burst) => burst);
  for (const burst of bursts) {
    const objects = Array.from({ length: 20 }, (_, object) => `https://mirror.invalid/${burst}/${object}`);
    await Promise.all(objects.map((object) => askAt(object)));
    for (const object of objects) expect(presence.known(partial, object)).toBe("held");
  }
  expect(breaker()).toMatchObject({
    state: "closed",
    lastFailure: { words: expect.stringContaining("did not answer HEAD") },
  });
});

test("failures at names that clients chose, even of many networks, do not take the mirror from others", async () => {
  await mirrorWith("none");
  await ask("object");
  for (let name = 0; name < 12; name++) {
    mirror.faults.set(`/bad/${name}`, name % 2 === 0 ? "errors" : "resets");
    await ask(`bad/${name}`);
    expect(known("object")).toBe("held");
  }
  expect(events.filter((event) => event.endsWith("open"))).toEqual([]);
  expect(mirror.asked).toContain("GET /object");
});

test("answers later than the budget are failures: soon no client waits for the mirror, until it is faster", async () => {
  let delay = budget * 1.5;
  presence = presenceWith({ budget, send: () => pause(delay).then(() => ({ status: 200 })) });
  const object = (index: number) => `https://mirror.invalid/${index}`;
  for (let index = 0; index < 3; index++) {
    expect(breaker()?.state ?? "closed").toBe("closed");
    await askAt(object(index));
    if (index === 2) await until(() => breaker()?.state === "open");
    expect(presence.known(partial, object(index))).toBe(index < 2 ? "held" : "unreachable");
  }
  expect(breaker()).toMatchObject({
    state: "open",
    lastFailure: { at: start, words: `did not answer GET within ${budget} ms` },
  });
  const probe = async (): Promise<void> => {
    now += 4 * shortestWait;
    // The check that opened it may still be in progress.
    await until(() => presence.known(partial, object(9)) === "unreachable" && breaker()?.state === "probing");
    await until(() => breaker()?.state !== "probing");
  };
  await probe();
  expect(breaker()?.state).toBe("open");
  delay = 0;
  await probe();
  expect(breaker()?.state).toBe("closed");
  expect(await askAt(object(9))).toBe("held");
});

test("a question is given up after its limit", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask"] });
  try {
    const sendSilently: SendToMirror = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    presence = presenceWith({ send: sendSilently });
    const answer = askAt("https://mirror.invalid/object");
    await jest.advanceTimersByTimeAsync(questionLimit);
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
])("an answer of a mirror with %s is valid for a while: %s", async (fault, answer) => {
  await mirrorWith(fault);
  await ask("object");
  now += believedFor[answer] - 1;
  expect(known("object")).toBe(answer);
  now += 1;
  expect(known("object")).toBe("unknown");
});

test("a held object in use is asked for again by GET, one question at a time, and counts as held until the answer", async () => {
  await mirrorWith("none");
  await ask("object");
  now += checkedAgainAfter - 1;
  expect(known("object")).toBe("held");
  expect(mirror.asked).toHaveLength(1);
  now += 1;
  for (let use = 0; use < 100; use++) expect(known("object")).toBe("held");
  await until(() => events.length === 2);
  expect(mirror.asked).toEqual(["HEAD /object", "GET /object"]);
  now += believedFor.held - 1;
  expect(known("object")).toBe("held");
});

test.each<[Fault]>([["denies-get"], ["lies"]])(
  "a sample detects a mirror with %s: its earlier answers are forgotten, and it is asked like a client",
  async (fault) => {
    await mirrorWith(fault);
    expect(await ask("object")).toBe("held");
    expect(await ask("never used again")).toBe("held");
    now += sampleInterval;
    expect(known("object")).toBe("held");
    await until(() => known("object") === "absent");
    expect(known("never used again")).toBe("unknown");
    expect(mirror.asked).toEqual(
      ["HEAD /object", "HEAD /never used again", "GET /object", "HEAD /object"].map(encoded),
    );
    expect(await ask("other")).toBe("absent");
    expect(mirror.asked.at(-1)).toBe("GET /other");
    expect(mirror.headers()).toMatchObject({
      range: "bytes=0-0",
      "user-agent": expect.not.stringMatching("mirrorform"),
    });
    now += believedFor.held;
    expect(await ask("third")).toBe("held");
  },
);

test("a removed object is absent, and the others are still held", async () => {
  await mirrorWith("none");
  await ask("object");
  await ask("other");
  mirror.faults.set("/object", "missing");
  now += sampleInterval;
  known("object");
  await until(() => known("object") === "absent");
  expect(known("other")).toBe("held");
  expect(await ask("third")).toBe("held");
  expect(mirror.asked.at(-1)).toBe("HEAD /third");
});

test("samples are few, even at a busy mirror", async () => {
  await mirrorWith("none");
  for (let object = 0; object < 20; object++) await ask(`${object}`);
  const use = async (): Promise<void> => {
    const before = events.length;
    for (let object = 0; object < 20; object++) known(`${object}`);
    await until(() => events.length > before);
  };
  for (let sample = 1; sample <= 3; sample++) {
    now += sampleInterval;
    await use();
    expect(mirror.asked.filter((asked) => asked.startsWith("GET"))).toHaveLength(sample);
  }
});

describe.each<[Fault]>([["head-405"], ["head-403"], ["head-501"]])("a mirror that refuses HEAD (%s)", (fault) => {
  test("is asked by GET alone for a while", async () => {
    await mirrorWith(fault);
    expect(await ask("object")).toBe("held");
    expect(await ask("other")).toBe("held");
    expect(mirror.asked).toEqual(["HEAD /object", "GET /object", "GET /other"]);
    now += believedFor.held;
    await ask("third");
    expect(mirror.asked.slice(3)).toEqual(["HEAD /third", "GET /third"]);
    expect(breaker()).toEqual({ mirror: partial.id, state: "closed", since: start });
  });

  test("lacks objects that GET denies too, and is asked by HEAD again", async () => {
    await mirrorWith(fault);
    mirror.faults.set("/object", "forbidden");
    mirror.faults.set("/other", "missing");
    expect(await ask("object")).toBe("absent");
    expect(await ask("other")).toBe("absent");
    expect(mirror.asked).toEqual(["HEAD /object", "GET /object", "HEAD /other"]);
    expect(breaker()?.lastFailure).toBeUndefined();
  });
});

test("an object that a mirror sends in full is not read", async () => {
  await mirrorWith("none");
  await ask("object");
  mirror.fault = "whole";
  now += sampleInterval;
  known("object");
  await until(() => events.at(-1) === `${partial.id} range held 0`);
  mirror.fault = "none";
  expect(await ask("other")).toBe("held");
  expect(mirror.connections()).toBe(2);
});

test("an empty object, which has no first byte, is held", async () => {
  await mirrorWith("empty");
  await ask("object");
  now += checkedAgainAfter;
  expect(known("object")).toBe("held");
  await until(() => events.length === 2);
  expect(events.at(-1)).toBe(`${partial.id} range held 0`);
});

test("invented names of one client network do not evict what is known for others", async () => {
  presence = presenceWith({ send: async (asked) => ({ status: asked.includes("known") ? 200 : 404 }) });
  const held = Array.from({ length: 300 }, (_, index) => `https://mirror.invalid/known/${index}`);
  for (const object of held) await askAt(object);
  const absent = Array.from({ length: 300 }, (_, index) => `https://mirror.invalid/absent/${index}`);
  for (const object of absent) await askAt(object);
  for (let index = 0; index < 50 * mostOfNetwork; index++) {
    now += index % 50 === 0 ? 1 : 0;
    await askAt(`https://mirror.invalid/${index}${";".repeat(index % 4_000)}`, patience, "192.0.2.66");
    if (index % questionRates.network.burst === 0) now += 1;
  }
  for (const object of held) expect(presence.known(partial, object)).toBe("held");
  for (const object of absent) expect(presence.known(partial, object)).toBe("absent");
});

test("a flood of invented names: the simultaneous questions to a mirror are limited", async () => {
  let inProgress = 0;
  presence = presenceWith({ send: () => new Promise(() => inProgress++) });
  const flood = (address: () => string) =>
    Array.from({ length: 2_000 }, () => askAt(`https://mirror.invalid/${++clients}`, 10, address()));
  expect(new Set(await Promise.all(flood(() => "192.0.2.66")))).toEqual(new Set(["unknown"]));
  expect(inProgress).toBe(mostInProgress);
  expect(new Set(await Promise.all(flood(newClient)))).toEqual(new Set(["unknown"]));
  expect(inProgress).toBe(mostQuestionsOfMirror);
});

test("unknown clients have the share of several networks, since all clients may be among them", async () => {
  let asked = 0;
  presence = presenceWith({
    send: async () => {
      asked++;
      return { status: 404 };
    },
  });
  const { burst } = questionRates.network;
  for (let index = 0; index < 2 * burst; index++) await askAt(`https://mirror.invalid/${index}`, patience, "");
  expect(asked).toBe(2 * burst);
});

test("a flood of unknown clients leaves half of all questions to the others", async () => {
  presence = presenceWith({ send: async () => ({ status: 404 }) });
  for (let tenth = 0; tenth < 100; tenth++) {
    now += 100;
    for (let index = 0; index < 300; index++) await askAt(`https://mirror.invalid/${tenth}/${index}`, patience, "");
  }
  const others = [];
  for (let index = 0; index < questionRates.all.perSecond / 2; index++) {
    now += 2;
    await askAt(`https://mirror.invalid/flood/${index}`, patience, "");
    others.push(await askAt(`https://mirror.invalid/others/${index}`));
  }
  expect(new Set(others)).toEqual(new Set(["absent"]));
});

describe("a mirror that wants fewer questions", () => {
  const paused = { status: 503, retryAfter: "300" };

  async function pauseAtOneName(others: MirrorReply): Promise<string[]> {
    const asked: string[] = [];
    presence = presenceWith({
      send: async (object) => {
        asked.push(object);
        return object.endsWith("/bad") ? paused : others;
      },
    });
    await askAt("https://mirror.invalid/bad");
    expect(presence.known(partial, "https://mirror.invalid/new")).toBe("unreachable");
    now += 1_000;
    presence.checkIfDue(partial, "https://mirror.invalid/canary");
    await until(() => asked.length === 2 && events.length === 2);
    return asked;
  }

  test("at one name, which a client chose, is asked again as soon as a check succeeds", async () => {
    await pauseAtOneName({ status: 200 });
    expect(await askAt("https://mirror.invalid/new")).toBe("held");
  });

  test("at every name is not asked for as long as it wants", async () => {
    const asked = await pauseAtOneName(paused);
    now += 200_000;
    presence.checkIfDue(partial, "https://mirror.invalid/canary");
    expect(await askAt("https://mirror.invalid/new")).toBe("unreachable");
    expect(asked).toHaveLength(2);
    now += 100_000;
    await askAt("https://mirror.invalid/new");
    expect(asked).toHaveLength(3);
  });

  test.each<[MirrorReply, number]>([
    [{ status: 429 }, shortestPause],
    [{ status: 429, retryAfter: "30" }, 30_000],
    [{ status: 429, retryAfter: "0" }, shortestPause],
    [{ status: 429, retryAfter: "86400" }, longestPause],
    [{ status: 429, retryAfter: "soon" }, shortestPause],
    [{ status: 429, retryAfter: "Sat, 21 Nov 2026 12:01:00 GMT" }, 60_000],
    [{ status: 503, retryAfter: "10" }, 10_000],
  ])("by %j is not asked for %d ms", async (busy, milliseconds) => {
    let reply: MirrorReply = { status: 200 };
    let asked = 0;
    presence = presenceWith({
      send: async () => {
        asked++;
        return reply;
      },
    });
    const object = (name: string) => `https://mirror.invalid/${name}`;
    await askAt(object("held"));
    reply = busy;
    expect(await askAt(object("new"))).toBe("unreachable");
    reply = { status: 200 };
    now += milliseconds - 1;
    // After 503 a check confirms the pause: see above.
    if (busy.status === 429) presence.checkIfDue(partial, object("canary"));
    expect(await askAt(object("new"))).toBe("unreachable");
    expect([presence.known(partial, object("held")), asked]).toEqual(["held", 2]);
    expect(breaker()).toEqual({ mirror: partial.id, state: "closed", since: start });
    now += 1;
    expect(await askAt(object("new"))).toBe("held");
  });

  test("that names no time is asked less and less often", async () => {
    presence = presenceWith({ send: async () => ({ status: 429 }) });
    const pauses: number[] = [];
    for (let time = 0; time < 10; time++) {
      const from = now;
      while ((await askAt("https://mirror.invalid/object")) !== "unreachable" || events.length === time) now += 1_000;
      pauses.push(now - from);
    }
    expect(pauses.map((milliseconds) => milliseconds / 1_000)).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256]);
  });
});

test("a complete mirror is never asked", async () => {
  await mirrorWith("errors");
  expect(presence.known(complete, url("object"))).toBe("held");
  expect(await presence.ask(complete, url("object"), patience, networkOf(newClient()))).toBe("held");
  now += checkedAgainAfter;
  expect(presence.known(complete, url("object"))).toBe("held");
  expect(mirror.asked).toEqual([]);
});

test("checks open and close a complete mirror's breaker; failing ones are repeated soon", async () => {
  await mirrorWith("missing");
  const checks = () => events.filter((event) => event.includes(" check ")).length;
  const check = async (): Promise<void> => {
    const [before, asked] = [checks(), mirror.asked.length];
    presence.checkIfDue(complete, url("canary"));
    await pause(20);
    await until(() => checks() - before === mirror.asked.length - asked);
  };
  for (let time = 0; time < 3; time++) {
    expect(presence.known(complete, url("object"))).toBe("held");
    await check();
    await check();
    now += 1_000;
  }
  expect(mirror.asked).toEqual(["GET /canary", "GET /canary", "GET /canary"]);
  expect(presence.known(complete, url("object"))).toBe("unreachable");
  expect(breaker()?.lastFailure).toEqual({ at: start + 2_000, words: "answered GET with status 404" });

  now += shortestWait;
  expect(presence.known(complete, url("object"))).toBe("unreachable");
  expect(breaker()?.state).toBe("open");

  mirror.fault = "none";
  now += checkInterval;
  await check();
  expect(mirror.asked).toHaveLength(4);
  expect(presence.known(complete, url("object"))).toBe("held");
});

test("a missing canary is not a failure of a mirror that need not hold it", async () => {
  await mirrorWith("missing");
  presence.checkIfDue(partial, url("canary"));
  await until(() => events.length === 1);
  expect(events).toEqual([`${partial.id} check absent 0`]);
  expect(breaker()?.lastFailure).toBeUndefined();
});

test.each([
  [0, checkInterval * 0.8],
  [0.5, checkInterval],
  [0.999, checkInterval * 1.1996],
])("checks by timer, with jitter: random %d gives %d ms", async (random, interval) => {
  jest.useFakeTimers({ now: start });
  try {
    const times: number[] = [];
    const sendAndNote: SendToMirror = async () => {
      times.push(Date.now());
      return { status: 200 };
    };
    presence = new MirrorPresence({ clock: Date.now, random: () => random, send: sendAndNote });
    presence.startChecks(() => [{ mirror: complete, url: "https://mirror.invalid/canary" }]);
    await jest.advanceTimersByTimeAsync(4 * checkInterval);
    const [first = 0, second = 0] = times;
    expect(first - start).toBeLessThanOrEqual(6_000);
    expect(Math.ceil((second - first) / 1_000)).toBe(Math.ceil(interval / 1_000));
    presence.stop();
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

describe("if the process is frozen between requests", () => {
  test.each([
    ["a failure after the thaw", () => Promise.reject(new Error("read ECONNRESET"))],
    ["an answer after the thaw", () => Promise.resolve({ status: 200 })],
  ])("%s is inconclusive", async (_, thaw) => {
    let goOn: () => void = () => {};
    const frozen = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    presence = presenceWith({ send: () => frozen.then(thaw) });
    const object = "https://mirror.invalid/object";
    const answer = askAt(object);
    now += 10 * 60_000;
    goOn();
    expect(await answer).toBe("unknown");
    expect(presence.known(partial, object)).toBe("unknown");
    expect(breaker()?.lastFailure).toBeUndefined();
    expect(events.at(-1)).toBe(`${partial.id} head abandoned 600`);
  });

  test("a timer that fires long after its time records no failure", async () => {
    presence = presenceWith({ budget });
    await mirrorWith("silent");
    const answer = ask("object");
    now += 2_000;
    expect(await answer).toBe("unknown");
    expect(breaker()?.lastFailure).toBeUndefined();
  });

  test("after a lost probe, a client waits for the next one", async () => {
    presence = presenceWith({ budget });
    await mirrorWith("errors");
    await askUntilOpen();
    mirror.fault = "silent";
    now += shortestWait;
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

  test("is forgotten, and so are questions of requests that began before", async () => {
    await mirrorWith("none");
    await ask("object");
    presence.checkIfDue(complete, url("canary"));
    expect(reports()).toEqual([partial.id, complete.id]);
    presence.keepOnly([complete]);
    expect(reports()).toEqual([complete.id]);
    expect(await ask("another")).toBe("held");
    expect(reports()).toEqual([complete.id]);
  });

  test("comes back without a record", async () => {
    await mirrorWith("errors");
    await askUntilOpen();
    presence.keepOnly([]);
    presence.keepOnly([partial]);
    mirror.fault = "none";
    expect(await ask("new")).toBe("held");
    expect(reports()).toEqual([partial.id]);
  });

  test("that moved under its old name is asked at its new URL only, without a record", async () => {
    await mirrorWith("none");
    const old = mirror;
    presence.keepOnly([{ ...partial, files: `${old.base}/{path}` }]);
    await ask("object");
    old.fault = "errors";
    await askUntilOpen();
    const asked = old.asked.length;
    await mirrorWith("none");
    const moved = [{ ...partial, files: `${mirror.base}/{path}` }];
    presence.keepOnly(moved);
    presence.keepOnly(moved);
    expect(await ask("new")).toBe("held");
    now += 2 * checkInterval;
    presence.checkIfDue(partial, undefined);
    await until(() => mirror.asked.length === 2);
    expect(old.asked).toHaveLength(asked);
  });

  test("is no longer reported, even when its questions are answered", async () => {
    await mirrorWith("errors");
    await askUntilOpen();
    mirror.fault = "none";
    now += shortestWait;
    expect(known("new")).toBe("unreachable");
    expect(breaker()?.state).toBe("probing");
    presence.keepOnly([]);
    await until(() => known("new") === "held");
    expect(events.filter((event) => event.endsWith("closed"))).toEqual([]);
  });
});

test("stop withdraws questions in progress and records no failures, and then no mirror is asked", async () => {
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

describe("an object that the overlay says is verified there", () => {
  const verified = (path: string) => presence.known(partial, url(path), true);

  test("is held without a question, and no memory is used for it", async () => {
    await mirrorWith("none");
    for (let object = 0; object < 100; object++) expect(verified(`${object}`)).toBe("held");
    await pause(20);
    expect(mirror.asked).toEqual([]);
    expect(known("1")).toBe("unknown");
  });

  test("is asked for as a sample now and then, like a client does", async () => {
    await mirrorWith("none");
    verified("first");
    now += sampleInterval;
    for (let object = 0; object < 100; object++) expect(verified(`${object}`)).toBe("held");
    await until(() => events.length > 0);
    expect(mirror.asked).toEqual(["GET /0"]);
  });

  test("is not, once the mirror lacks one: then it is asked like any other, for a quarter of an hour", async () => {
    await mirrorWith("missing");
    verified("first");
    now += sampleInterval;
    expect(verified("first")).toBe("held");
    await until(() => lacking.length > 0);
    expect(lacking).toEqual([`${partial.id} /first`]);
    expect(verified("first")).toBe("absent");
    expect(verified("second")).toBe("unknown");
    now += distrustedFor;
    expect(verified("second")).toBe("held");
  });

  test("is unreachable at an unhealthy mirror, and is what its checks ask for", async () => {
    await mirrorWith("errors");
    expect(verified("object")).toBe("held");
    for (let check = 0; breaker()?.state !== "open" && check < 20; check++) {
      now += checkInterval;
      const count = events.length;
      presence.checkIfDue(partial, undefined);
      await until(() => events.length > count);
    }
    expect(verified("object")).toBe("unreachable");
    expect(new Set(mirror.asked)).toEqual(new Set(["GET /object"]));
  });
});
