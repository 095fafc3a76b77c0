import { findTableProblem } from "../../../redirector/tables/find-table-problem";
import { contentOf, type TableTraits } from "./live-table-bytes";

const now = Date.parse("2026-11-21T12:00:00Z");
const hosts: TableTraits["hosts"] = [
  { name: "dl.example.org", serves: ["files"] },
  { name: "registry.example.org", serves: ["images"] },
];
const inForce: TableTraits = { hosts, issued: "2026-11-20T00:00:00.000Z", prefixes: 300, serving: 6 };

test.each<[string, TableTraits]>([
  ["the same", {}],
  ["a later one", { issued: "2026-11-21T00:00:00.000Z" }],
  ["another of the same time", { issued: "2026-11-20T00:00:00Z", prefixes: 301 }],
  ["one of a clock that is some hours ahead", { issued: "2026-11-22T11:59:59.000Z" }],
  ["more of everything", { prefixes: 3000, serving: 60 }],
  ["a few prefixes fewer", { prefixes: 201 }],
  ["a mirror fewer", { serving: 5 }],
  ["a mirror retired", { serving: 5, retired: 1 }],
])("%s may replace it", (_, offered) => {
  expect(findTableProblem(contentOf(inForce), contentOf({ ...inForce, ...offered }), now)).toBeUndefined();
});

const fields = { weight: 1, complete: true, trusted: false, primary: false, provider: "a", state: "active" } as const;
const undeployed = { files: "https://a.example.net/{path}" };

test("a table that was compiled without deployed.yaml may not replace one with it", () => {
  const mirrors = (address: object) => [1, 2, 3, 4].map((number) => ({ ...fields, id: `a/${number}`, ...address }));
  const [before, after] = [undeployed, { planned: undeployed }].map((address) => ({
    ...contentOf(inForce),
    mirrors: mirrors(address),
  }));
  expect(findTableProblem(before as never, after as never, now)).toContain(
    "a third or more of the serving mirrors are gone",
  );
  expect(findTableProblem(after as never, before as never, now)).toBeUndefined();
  expect(findTableProblem(after as never, after as never, now)).toBeUndefined();
});

test("a table whose origin has lost its address may not replace another, not even a fallback", () => {
  for (const fallback of [{}, { fallback: true } as const]) {
    const before = contentOf({ ...inForce, ...fallback });
    const problem = findTableProblem(before, { ...contentOf(inForce), missing: ["files"] }, now);
    expect(problem).toContain(
      "its origin no longer has an address for files (was it compiled without deployed.yaml?); if this",
    );
    expect(
      findTableProblem({ ...before, missing: ["files"] }, { ...contentOf(inForce), missing: ["files"] }, now),
    ).toBe(undefined);
  }
});

test.each<[string, TableTraits, string]>([
  [
    "an older one",
    { issued: "2026-11-19T23:59:59.999Z" },
    "it is older (2026-11-19T23:59:59.999Z) than the one in force",
  ],
  ["no time", { issued: "" }, 'it has no valid issue time ("")'],
  ["an invalid time", { issued: "yesterday" }, "it has no valid issue time"],
  [
    "one from the future",
    { issued: "2026-11-22T12:00:01.000Z" },
    "issued in the future (2026-11-22T12:00:01.000Z): check",
  ],
  [
    "no hosts",
    { hosts: [] },
    "it no longer serves any host; if this is intended, restart the redirector with this table",
  ],
  [
    "one of two hosts",
    { hosts: [{ name: "dl.example.org", serves: ["files"] }] },
    "it no longer serves images at registry.example.org; if this is intended",
  ],
  [
    "other names for all hosts",
    { hosts: [{ name: "new.example.org", serves: ["files", "images"] }] },
    "it no longer serves files at dl.example.org, images at registry.example.org",
  ],
  [
    "a host that no longer serves anything",
    {
      hosts: [
        { name: "dl.example.org", serves: ["files"] },
        { name: "registry.example.org", serves: [] },
      ],
    },
    "it no longer serves images at registry.example.org",
  ],
  [
    "a third of the prefixes fewer",
    { prefixes: 200 },
    "a third or more of the prefixes are gone, 200 after 300; if this is intended",
  ],
  ["no prefixes", { prefixes: 0 }, "0 after 300"],
  [
    "a third of the mirrors fewer",
    { serving: 4 },
    "a third or more of the serving mirrors are gone, 4 after 6; if this is",
  ],
  ["a third of the mirrors retired", { serving: 4, retired: 2 }, "4 after 6"],
  ["one mirror", { serving: 1 }, "1 after 6"],
])("%s is refused", (_, offered, words) => {
  expect(findTableProblem(contentOf(inForce), contentOf({ ...inForce, ...offered }), now)).toContain(words);
});

test.each<[number, number, boolean]>([
  [3, 2, true],
  [2, 1, true],
  [3, 1, false],
  [9, 7, true],
  [9, 6, false],
  [1, 1, true],
])("of %d serving mirrors, %d may be left: %s", (before, after, allowed) => {
  const problem = findTableProblem(contentOf({ serving: before }), contentOf({ serving: after }), now);
  expect(problem === undefined).toBe(allowed);
});

test.each<[number | undefined, number | undefined, boolean]>([
  [undefined, undefined, true],
  [0, 0, true],
  [900, 601, true],
  [900, 600, false],
  [900, 0, false],
  [900, undefined, false],
])("of %p words that answer, %p may be left, regardless of the number of prefixes: %s", (before, after, allowed) => {
  const content = (answering: number | undefined) => ({
    ...contentOf({}),
    ...(answering !== undefined && { answering }),
  });
  expect(findTableProblem(content(before), content(after), now) === undefined).toBe(allowed);
});

test("compared with a fallback nothing is lost, and a fallback never replaces a table", () => {
  expect(findTableProblem(contentOf({ ...inForce, fallback: true }), contentOf({ serving: 1 }), now)).toBeUndefined();
  expect(findTableProblem(contentOf({}), contentOf({ fallback: true }), now)).toContain("it is a fallback");
});

test("a table without hosts or prefixes may be replaced by another one without them", () => {
  const empty: TableTraits = { hosts: [], prefixes: 0 };
  expect(findTableProblem(contentOf(empty), contentOf(empty), now)).toBeUndefined();
  expect(findTableProblem(contentOf(empty), contentOf({}), now)).toBeUndefined();
});

test("retired mirrors do not count", () => {
  expect(findTableProblem(contentOf({ serving: 3, retired: 90 }), contentOf({ serving: 3 }), now)).toBeUndefined();
});
