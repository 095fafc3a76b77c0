import fc from "fast-check";
import {
  CircuitBreaker,
  failuresToOpen,
  longestWait,
  shortestWait,
} from "../../../redirector/presence/circuit-breaker";

const start = Date.parse("2026-11-21T12:00:00Z");
let now: number;
let states: string[];
let breaker: CircuitBreaker;

beforeEach(() => {
  now = start;
  states = [];
  breaker = new CircuitBreaker({ clock: () => now, onChange: ({ state }) => states.push(state) });
});

function fail(times: number): void {
  for (let time = 0; time < times; time++) breaker.start().recordFailure("failed: ECONNRESET");
}

test("three failures in a row open it, of any kind", () => {
  breaker.start().recordFailure("failed: ECONNRESET");
  breaker.start().recordSlow("did not answer HEAD within 300 ms");
  expect(breaker.state).toBe("closed");
  now += 7;
  breaker.start().recordFailure("answered HEAD with status 503");
  expect(breaker.state).toBe("open");
  expect(breaker.since).toBe(start + 7);
  expect(breaker.lastFailure).toEqual({
    at: Date.parse("2026-11-21T12:00:00.007Z"),
    words: "answered HEAD with status 503",
  });
});

test("a useful answer in between resets the count", () => {
  fail(2);
  breaker.start().recordSuccess();
  fail(2);
  expect(breaker.state).toBe("closed");
  expect(states).toEqual([]);
});

test("a question that is slow and then fails counts once", () => {
  for (let time = 1; time < failuresToOpen; time++) {
    const trial = breaker.start();
    trial.recordSlow("did not answer HEAD within 300 ms");
    trial.recordFailure("did not answer HEAD within 5 s");
  }
  expect(breaker.state).toBe("closed");
});

test("simultaneous questions count once, regardless of their number", () => {
  const burst = Array.from({ length: 100 }, () => breaker.start());
  for (const trial of burst) trial.recordSlow("did not answer HEAD within 300 ms");
  expect(breaker.state).toBe("closed");
  fail(failuresToOpen - 1);
  expect(breaker.state).toBe("open");
});

test("a slow answer undoes its failure", () => {
  fail(2);
  const slow = breaker.start();
  const other = breaker.start();
  slow.recordSlow("did not answer HEAD within 300 ms");
  expect(breaker.state).toBe("open");
  slow.recordSuccess();
  expect(breaker.state).toBe("closed");
  other.recordFailure("failed: ECONNRESET");
  fail(1);
  expect(breaker.state).toBe("closed");
});

test("a client network is one witness, even if it sees many failures", () => {
  const failFor = (network: string): void => breaker.start(network).recordFailure("answered HEAD with status 500");
  for (let time = 0; time < 100; time++) failFor("one");
  expect(breaker.state).toBe("closed");
  failFor("two");
  failFor("one");
  expect(breaker.state).toBe("closed");
  failFor("three");
  expect(breaker.state).toBe("open");
});

describe("if a check of our own can confirm what clients see", () => {
  let checks: number;

  beforeEach(() => {
    checks = 0;
    const confirm = (): boolean => ++checks > 0;
    breaker = new CircuitBreaker({ clock: () => now, onChange: ({ state }) => states.push(state), confirm });
    for (const network of ["one", "two", "three"])
      breaker.start(network).recordFailure("answered HEAD with status 500");
  });

  test("clients alone do not open it, regardless of the number of networks; they cause one check", () => {
    for (let network = 0; network < 100; network++)
      breaker.start(`${network}`).recordFailure("answered HEAD with status 500");
    expect([breaker.state, checks]).toEqual(["closed", 1]);
  });

  test("it opens when the check fails, even if the check is older than the last failure", () => {
    const check = breaker.start();
    breaker.start("four").recordFailure("answered HEAD with status 500");
    check.recordFailure("answered GET with status 503");
    expect(breaker.state).toBe("open");
  });

  test("a check that is answered clears the suspicion", () => {
    breaker.start().recordSuccess();
    breaker.start("four").recordFailure("answered HEAD with status 500");
    expect([breaker.state, breaker.isDoubtedBy("one")]).toEqual(["closed", false]);
  });

  test("if the check was lost in a frozen process, the clients are trusted", () => {
    breaker.start("four").recordAbandoned();
    expect(breaker.state).toBe("closed");
    breaker.start().recordAbandoned();
    expect(breaker.state).toBe("open");
  });
});

test("one client network and checks of our own open it together", () => {
  breaker.start("one").recordFailure("answered HEAD with status 500");
  expect(breaker.isDoubtedBy("one")).toBe(true);
  expect(breaker.isDoubtedBy("two")).toBe(false);
  fail(2);
  expect(breaker.state).toBe("open");
  expect(breaker.isDoubtedBy("one")).toBe(false);
});

test("a useful answer to any client clears a client network's doubt", () => {
  breaker.start("one").recordFailure("answered HEAD with status 500");
  breaker.start("two").recordSuccess();
  expect(breaker.isDoubtedBy("one")).toBe(false);
  breaker.start("one").recordFailure("answered HEAD with status 500");
  fail(1);
  expect(breaker.state).toBe("closed");
});

test("a failed probe for a client does not extend the wait", () => {
  fail(3);
  for (let probe = 0; probe < 5; probe++) {
    now += shortestWait;
    expect(breaker.probeDue).toBe(true);
    breaker.start("one").recordFailure("answered HEAD with status 500");
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
    const trial = breaker.start();
    expect(breaker.state).toBe("probing");
    expect(breaker.probeDue).toBe(false);
    trial.recordFailure("failed: ECONNRESET");
  }
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1_000));
  expect([waits[0], waits.at(-1)]).toEqual([shortestWait, longestWait]);
  expect(breaker.since).toBe(start);
});

test("a probe that is answered closes it, and the next wait is short again", () => {
  fail(3);
  now += shortestWait;
  breaker.start().recordFailure("failed: ECONNRESET");
  now += 2 * shortestWait;
  breaker.start().recordSuccess();
  expect(states).toEqual(["open", "probing", "open", "probing", "closed"]);
  expect(breaker.since).toBe(now);
  expect(breaker.lastFailure).toEqual({ at: Date.parse("2026-11-21T12:00:05.000Z"), words: "failed: ECONNRESET" });
  fail(3);
  now += shortestWait;
  expect(breaker.probeDue).toBe(true);
});

test("a slow probe still decides", () => {
  fail(3);
  const slow = breaker.start();
  slow.recordSlow("did not answer HEAD within 300 ms");
  expect(breaker.state).toBe("probing");
  slow.recordSuccess();
  expect(breaker.state).toBe("closed");
});

test("an abandoned probe is inconclusive: the next is due at once", () => {
  fail(3);
  now += shortestWait;
  expect(breaker.probeLost).toBe(false);
  breaker.start().recordAbandoned();
  expect([breaker.state, breaker.probeDue, breaker.probeLost]).toEqual(["open", true, true]);
  breaker.start().recordFailure("failed: ECONNRESET");
  expect([breaker.probeDue, breaker.probeLost]).toEqual([false, false]);
});

test("while it is open, failures of older questions change nothing", () => {
  const old = breaker.start();
  fail(3);
  old.recordFailure("failed: ETIMEDOUT");
  expect(breaker.lastFailure?.words).toMatch(/ECONNRESET$/);
  expect(states).toEqual(["open"]);
});

test("law: with one question at a time, it is open exactly if at least the last three failed", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("answered", "failed", "abandoned")), (outcomes) => {
      const one = new CircuitBreaker({ clock: () => start, onChange: () => {} });
      let inRow = 0;
      for (const outcome of outcomes) {
        const trial = one.start();
        if (outcome === "failed") trial.recordFailure("failed");
        else if (outcome === "answered") trial.recordSuccess();
        else trial.recordAbandoned();
        if (outcome !== "abandoned") inRow = outcome === "failed" ? inRow + 1 : 0;
        expect(one.state).toBe(inRow >= failuresToOpen ? "open" : "closed");
      }
    }),
  );
});
