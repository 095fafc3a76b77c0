import fc from "fast-check";
import type { Conditions, Presence } from "../../routing/conditions";
import { decide } from "../../routing/decide";
import type { Network } from "../../routing/routing-table";
import { runs } from "../property-runs";
import { clients, decided, known, request, todayOfTests } from "./asking";
import { madeMirror, madeReplica, madeTable, origin } from "./handmade-table";

const paris = { latitude: 48.86, longitude: 2.35 };
const networks: Record<string, Network> = { "198.51.100.0/24": { provider: "aws", region: "eu-west-3", place: paris } };
const own = "198.51.100.1";

/** Five mirrors of the client's provider, each farther than the one before, and one for the public. */
const chain = ["aws/a", "aws/b", "aws/c", "aws/d", "aws/e"];
const table = madeTable(
  [
    ...chain.map((id, index) => madeMirror(id, { place: { latitude: 48 - index * 5, longitude: 2 } })),
    madeMirror("cdn/everywhere", { weight: 10 }),
  ],
  networks,
);
const order = [...chain, "cdn/everywhere", origin];

/** The decision for the client in Paris, where so is known. */
const found = (presence: Record<string, Presence>) => {
  const { mirror, ask, passedOver } = decided(table, { address: own }, known(presence));
  return { mirror, ...(ask && { ask: ask.mirror.id }), ...(passedOver !== undefined && { passedOver }) };
};

describe("what is known about an object decides which mirror answers", () => {
  test.each<[string, Record<string, Presence>, ReturnType<typeof found>]>([
    ["all hold it: the best", {}, { mirror: "aws/a" }],
    ["the best lacks it: the next", { "aws/a": "absent" }, { mirror: "aws/b" }],
    [
      "the best does not answer: the next, and the decision says so",
      { "aws/a": "unreachable" },
      { mirror: "aws/b", passedOver: "aws/a" },
    ],
    [
      "of several that do not answer, the decision names the best",
      { "aws/a": "absent", "aws/b": "unreachable", "aws/c": "unreachable" },
      { mirror: "aws/d", passedOver: "aws/b" },
    ],
    ["nothing is known of the best: it can be asked", { "aws/a": "unknown" }, { mirror: "aws/b", ask: "aws/a" }],
    ["one that is known to hold it comes before worse ones", { "aws/b": "unknown" }, { mirror: "aws/a" }],
    [
      "after one that lacks it, the next is asked",
      { "aws/a": "absent", "aws/b": "unknown" },
      { mirror: "aws/c", ask: "aws/b" },
    ],
    [
      "of three that might be asked, the best is",
      { "aws/a": "unknown", "aws/b": "unknown", "aws/c": "unknown" },
      { mirror: "aws/d", ask: "aws/a" },
    ],
    [
      "the third is still asked",
      { "aws/a": "absent", "aws/b": "absent", "aws/c": "unknown" },
      { mirror: "aws/d", ask: "aws/c" },
    ],
    [
      "the fourth is not",
      { "aws/a": "absent", "aws/b": "absent", "aws/c": "absent", "aws/d": "unknown" },
      { mirror: "aws/e" },
    ],
    [
      "those that do not answer cost the client no time, and do not count",
      { "aws/a": "unreachable", "aws/b": "unreachable", "aws/c": "unreachable", "aws/d": "unknown" },
      { mirror: "aws/e", ask: "aws/d", passedOver: "aws/a" },
    ],
    [
      "the provider's all lack it: one for the public",
      Object.fromEntries(chain.map((id) => [id, "absent"])),
      { mirror: "cdn/everywhere" },
    ],
    [
      "no mirror has it: the origin",
      Object.fromEntries([...chain, "cdn/everywhere"].map((id) => [id, "absent"])),
      { mirror: origin },
    ],
    [
      "the origin is down: a mirror that holds it answers",
      { [origin]: "unreachable", "aws/a": "absent" },
      { mirror: "aws/b" },
    ],
    [
      "no mirror responds: still the origin",
      Object.fromEntries(order.map((id) => [id, "unreachable"])),
      { mirror: origin, passedOver: "aws/a" },
    ],
    [
      "the origin is down and no mirror has it: still the origin",
      { ...Object.fromEntries(order.map((id) => [id, "absent"])), [origin]: "unreachable" },
      { mirror: origin, passedOver: origin },
    ],
  ])("%s", (_, presence, expected) => {
    expect(found(presence)).toEqual(expected);
  });

  test("the URL that is asked for is the object's own, without the client's query", () => {
    const target = "/release/a%20b?X-Signature=1";
    const decision = decided(table, { address: own, target }, known({ "aws/a": "unknown" }));
    expect(decision.ask?.url).toBe("https://aws.a.example.net/files/release/a%20b");
    expect(decision.location).toBe("https://aws.b.example.net/files/release/a%20b?X-Signature=1");
  });

  test("with the origin down, unaffiliated clients also reach a mirror with the object", () => {
    const { mirror } = decided(table, {}, known({ [origin]: "unreachable" }));
    expect(mirror).toBe("cdn/everywhere");
  });
});

test("a client whose mirror lacks the object gets the next one drawn, and later returns", () => {
  const drawn = madeTable(["a/one", "b/two", "c/three"].map((id) => madeMirror(id, { weight: 10 })));
  for (const address of clients(100)) {
    const first = decided(drawn, { address }).mirror ?? "";
    const second = decided(drawn, { address }, known({ [first]: "absent" })).mirror ?? "";
    expect(["a/one", "b/two", "c/three"]).toContain(second);
    expect(second).not.toBe(first);
    // Adding or removing other mirrors does not affect it.
    const third = ["a/one", "b/two", "c/three"].find((id) => id !== first && id !== second) ?? "";
    expect(decided(drawn, { address }, known({ [third]: "unreachable" })).mirror).toBe(first);
    expect(decided(drawn, { address }, known({ [first]: "unreachable", [third]: "absent" })).mirror).toBe(second);
  }
});

describe("whatever is known", () => {
  const anything = fc.constantFrom<Presence>("held", "absent", "unreachable", "unknown");
  const presences = fc
    .tuple(...order.map(() => anything))
    .map((all) => Object.fromEntries(order.map((id, index) => [id, all[index] ?? "held"])));

  test("the answer is the first holder or the origin; the mirror to probe ranks higher", () => {
    fc.assert(
      fc.property(presences, (presence) => {
        const { mirror, ask, passedOver } = found(presence);
        const first = order.find((id) => presence[id] === "held");
        expect(mirror).toBe(first ?? origin);
        const better = order.slice(0, first === undefined ? order.length : order.indexOf(first));
        const asking = better.filter((id) => presence[id] !== "unreachable").slice(0, 3);
        expect(ask).toBe(asking.find((id) => presence[id] === "unknown"));
        expect(passedOver).toBe(better.find((id) => presence[id] === "unreachable"));
      }),
      runs(500),
    );
  });

  test("stops after three probes, without repeats", () => {
    fc.assert(
      fc.property(
        presences,
        fc.array(fc.constantFrom<Presence>("held", "absent", "unreachable"), { minLength: 7, maxLength: 7 }),
        (presence, answers) => {
          const now = { ...presence };
          const conditions: Conditions = { today: todayOfTests, presence: ({ id }) => now[id] ?? "held" };
          const asked: string[] = [];
          for (;;) {
            const { ask } = decide(table, request({ address: own }), conditions);
            if (ask === undefined) break;
            asked.push(ask.mirror.id);
            now[ask.mirror.id] = answers[asked.length - 1] ?? "absent";
            if (asked.length > order.length) break;
          }
          expect(new Set(asked).size).toBe(asked.length);
          const counted = asked.filter((id) => now[id] !== "unreachable");
          expect(counted.length).toBeLessThanOrEqual(3);
        },
      ),
      runs(300),
    );
  });
});

describe("trusted replicas", () => {
  const replicated = madeTable([madeReplica("aws/a", { weight: 1, trusted: true })]);
  const manifest = "/v2/pause/manifests/v1";

  test("are probed only for probeable classes", () => {
    const decision = decided(replicated, { target: manifest }, known({ "aws/a": "unknown" }));
    expect(decision).toMatchObject({ mirror: origin, ask: { url: "https://aws.a.example.net/v2/pause/manifests/v1" } });
    expect(decided(replicated, { target: manifest }).mirror).toBe("aws/a");
    expect(decided(replicated, { target: manifest }, known({ "aws/a": "absent" })).mirror).toBe(origin);
  });

  test("answer when the origin is down", () => {
    const decision = decided(replicated, { target: manifest }, known({ [origin]: "unreachable" }));
    expect(decision.mirror).toBe("aws/a");
  });
});
