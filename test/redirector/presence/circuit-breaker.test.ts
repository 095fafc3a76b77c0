import fc from "fast-check";
import {
  CircuitBreaker,
  longestWait,
  shortestWait,
  troublesToOpen,
} from "../../../redirector/presence/circuit-breaker";

const start = Date.parse("2026-11-21T12:00:00Z");
let now: number;
let states: string[];
let breaker: CircuitBreaker;

beforeEach(() => {
  now = start;
  states = [];
  breaker = new CircuitBreaker({ clock: () => now, changed: ({ state }) => states.push(state) });
});

function fail(times: number): void {
  for (let time = 0; time < times; time++) breaker.begin().failed("failed: ECONNRESET");
}

test("three troubles in a row open it, of whatever kind", () => {
  breaker.begin().failed("failed: ECONNRESET");
  breaker.begin().slow("did not answer HEAD within 300 ms");
  expect(breaker.state).toBe("closed");
  now += 7;
  breaker.begin().failed("answered HEAD with status 503");
  expect(breaker.state).toBe("open");
  expect(breaker.since).toBe(start + 7);
  expect(breaker.trouble).toEqual({
    at: Date.parse("2026-11-21T12:00:00.007Z"),
    words: "answered HEAD with status 503",
  });
});

test("an answer between them takes the troubles back", () => {
  fail(2);
  breaker.begin().answered();
  fail(2);
  expect(breaker.state).toBe("closed");
  expect(states).toEqual([]);
});

test("a question that is slow and then fails counts once", () => {
  for (let time = 1; time < troublesToOpen; time++) {
    const trial = breaker.begin();
    trial.slow("did not answer HEAD within 300 ms");
    trial.failed("did not answer HEAD within 5 s");
  }
  expect(breaker.state).toBe("closed");
});

test("questions that were on their way together count once, however many", () => {
  const burst = Array.from({ length: 100 }, () => breaker.begin());
  for (const trial of burst) trial.slow("did not answer HEAD within 300 ms");
  expect(breaker.state).toBe("closed");
  fail(troublesToOpen - 1);
  expect(breaker.state).toBe("open");
});

test("a slow answer takes its trouble back", () => {
  fail(2);
  const slow = breaker.begin();
  const other = breaker.begin();
  slow.slow("did not answer HEAD within 300 ms");
  expect(breaker.state).toBe("open");
  slow.answered();
  expect(breaker.state).toBe("closed");
  other.failed("failed: ECONNRESET");
  fail(1);
  expect(breaker.state).toBe("closed");
});

test("a client network is one witness, however often it sees trouble", () => {
  const failFor = (network: string): void => breaker.begin(network).failed("answered HEAD with status 500");
  for (let time = 0; time < 100; time++) failFor("one");
  expect(breaker.state).toBe("closed");
  failFor("two");
  failFor("one");
  expect(breaker.state).toBe("closed");
  failFor("three");
  expect(breaker.state).toBe("open");
});

describe("where a check of our own can confirm what clients see", () => {
  let checks: number;

  beforeEach(() => {
    checks = 0;
    const confirm = (): boolean => ++checks > 0;
    breaker = new CircuitBreaker({ clock: () => now, changed: ({ state }) => states.push(state), confirm });
    for (const network of ["one", "two", "three"]) breaker.begin(network).failed("answered HEAD with status 500");
  });

  test("clients alone do not open it, however many networks they have; one check is asked for", () => {
    for (let network = 0; network < 100; network++) breaker.begin(`${network}`).failed("answered HEAD with status 500");
    expect([breaker.state, checks]).toEqual(["closed", 1]);
  });

  test("it opens when the check fails, be it older than the last trouble", () => {
    const check = breaker.begin();
    breaker.begin("four").failed("answered HEAD with status 500");
    check.failed("answered GET with status 503");
    expect(breaker.state).toBe("open");
  });

  test("a check that is answered clears the suspicion", () => {
    breaker.begin().answered();
    breaker.begin("four").failed("answered HEAD with status 500");
    expect([breaker.state, breaker.isDoubtedBy("one")]).toEqual(["closed", false]);
  });

  test("a check that was lost in a frozen process leaves the clients' word", () => {
    breaker.begin("four").abandoned();
    expect(breaker.state).toBe("closed");
    breaker.begin().abandoned();
    expect(breaker.state).toBe("open");
  });
});

test("one client network and checks of our own open it together", () => {
  breaker.begin("one").failed("answered HEAD with status 500");
  expect(breaker.isDoubtedBy("one")).toBe(true);
  expect(breaker.isDoubtedBy("two")).toBe(false);
  fail(2);
  expect(breaker.state).toBe("open");
  expect(breaker.isDoubtedBy("one")).toBe(false);
});

test("a useful answer, to whomever, takes a client network's doubt away", () => {
  breaker.begin("one").failed("answered HEAD with status 500");
  breaker.begin("two").answered();
  expect(breaker.isDoubtedBy("one")).toBe(false);
  breaker.begin("one").failed("answered HEAD with status 500");
  fail(1);
  expect(breaker.state).toBe("closed");
});

test("a probe for a client that fails makes nobody wait longer", () => {
  fail(3);
  for (let probe = 0; probe < 5; probe++) {
    now += shortestWait;
    expect(breaker.probeDue).toBe(true);
    breaker.begin("one").failed("answered HEAD with status 500");
    expect(breaker.probeDue).toBe(false);
  }
});

test("one probe at a time, after a wait that doubles up to its limit", () => {
  fail(3);
  const waits = [];
  for (let probe = 0; probe < 9; probe++) {
    const from = now;
    while (!breaker.probeDue) now += 1_000;
    waits.push(now - from);
    const trial = breaker.begin();
    expect(breaker.state).toBe("probing");
    expect(breaker.probeDue).toBe(false);
    trial.failed("failed: ECONNRESET");
  }
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1_000));
  expect([waits[0], waits.at(-1)]).toEqual([shortestWait, longestWait]);
  expect(breaker.since).toBe(start);
});

test("a probe that is answered closes it, and the next wait is short again", () => {
  fail(3);
  now += shortestWait;
  breaker.begin().failed("failed: ECONNRESET");
  now += 2 * shortestWait;
  breaker.begin().answered();
  expect(states).toEqual(["open", "probing", "open", "probing", "closed"]);
  expect(breaker.since).toBe(now);
  expect(breaker.trouble).toEqual({ at: Date.parse("2026-11-21T12:00:05.000Z"), words: "failed: ECONNRESET" });
  fail(3);
  now += shortestWait;
  expect(breaker.probeDue).toBe(true);
});

test("a slow probe is waited for", () => {
  fail(3);
  const slow = breaker.begin();
  slow.slow("did not answer HEAD within 300 ms");
  expect(breaker.state).toBe("probing");
  slow.answered();
  expect(breaker.state).toBe("closed");
});

test("a probe that is abandoned teaches nothing: the next is due at once", () => {
  fail(3);
  now += shortestWait;
  expect(breaker.probeLost).toBe(false);
  breaker.begin().abandoned();
  expect([breaker.state, breaker.probeDue, breaker.probeLost]).toEqual(["open", true, true]);
  breaker.begin().failed("failed: ECONNRESET");
  expect([breaker.probeDue, breaker.probeLost]).toEqual([false, false]);
});

test("while it is open, older questions that fail change nothing", () => {
  const old = breaker.begin();
  fail(3);
  old.failed("failed: ETIMEDOUT");
  expect(breaker.trouble?.words).toMatch(/ECONNRESET$/);
  expect(states).toEqual(["open"]);
});

test("law: questions one after the other, it is open exactly if the last three, or more, all failed", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("answered", "failed", "abandoned")), (outcomes) => {
      const one = new CircuitBreaker({ clock: () => start, changed: () => {} });
      let inRow = 0;
      for (const outcome of outcomes) {
        const trial = one.begin();
        if (outcome === "failed") trial.failed("failed");
        else if (outcome === "answered") trial.answered();
        else trial.abandoned();
        if (outcome !== "abandoned") inRow = outcome === "failed" ? inRow + 1 : 0;
        expect(one.state).toBe(inRow >= troublesToOpen ? "open" : "closed");
      }
    }),
  );
});
