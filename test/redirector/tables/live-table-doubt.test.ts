import { tableDoubt } from "../../../redirector/tables/table-doubt";
import { contentOf, type Said } from "./live-table-bytes";

const now = Date.parse("2026-11-21T12:00:00Z");
const hosts: Said["hosts"] = [
  { name: "dl.example.org", serves: ["files"] },
  { name: "registry.example.org", serves: ["images"] },
];
const inForce: Said = { hosts, issued: "2026-11-20T00:00:00.000Z", prefixes: 300, serving: 6 };

test.each<[string, Said]>([
  ["the same", {}],
  ["a later one", { issued: "2026-11-21T00:00:00.000Z" }],
  ["another of the same time", { issued: "2026-11-20T00:00:00Z", prefixes: 301 }],
  ["one that another clock dated, some hours ahead", { issued: "2026-11-22T11:59:59.000Z" }],
  ["more of everything", { prefixes: 3000, serving: 60 }],
  ["a few prefixes fewer", { prefixes: 201 }],
  ["a mirror fewer", { serving: 5 }],
  ["a mirror retired", { serving: 5, retired: 1 }],
])("%s may replace it", (_, offered) => {
  expect(tableDoubt(contentOf(inForce), contentOf({ ...inForce, ...offered }), now)).toBeUndefined();
});

const fields = { weight: 1, complete: true, trusted: false, primary: false, provider: "a", state: "active" } as const;
const undeployed = { files: "https://a.example.net/{path}" };

test("a table that was compiled without deployed.yaml may not replace one with it", () => {
  const mirrors = (address: object) => [1, 2, 3, 4].map((number) => ({ ...fields, id: `a/${number}`, ...address }));
  const [before, after] = [undeployed, { planned: undeployed }].map((address) => ({
    ...contentOf(inForce),
    mirrors: mirrors(address),
  }));
  expect(tableDoubt(before as never, after as never, now)).toContain(
    "a third of the mirrors that serve or more are gone",
  );
  expect(tableDoubt(after as never, before as never, now)).toBeUndefined();
  expect(tableDoubt(after as never, after as never, now)).toBeUndefined();
});

test("nor one whose origin lost its address, also where the one in force is a fallback", () => {
  for (const fallback of [{}, { fallback: true } as const]) {
    const before = contentOf({ ...inForce, ...fallback });
    const doubt = tableDoubt(before, { ...contentOf(inForce), missing: ["files"] }, now);
    expect(doubt).toContain("its origin has no address for files any more");
    expect(tableDoubt({ ...before, missing: ["files"] }, { ...contentOf(inForce), missing: ["files"] }, now)).toBe(
      undefined,
    );
  }
});

test.each<[string, Said, string]>([
  [
    "an older one",
    { issued: "2026-11-19T23:59:59.999Z" },
    "it is older (2026-11-19T23:59:59.999Z) than the one in force",
  ],
  ["no time", { issued: "" }, 'it does not say when it was issued ("")'],
  ["nonsense for a time", { issued: "yesterday" }, "it does not say when it was issued"],
  [
    "one from the future",
    { issued: "2026-11-22T12:00:01.000Z" },
    "issued in the future (2026-11-22T12:00:01.000Z): a clock",
  ],
  ["no hosts", { hosts: [] }, "it serves no host any more; if that is meant, start the redirector anew with it"],
  [
    "one of two hosts",
    { hosts: [{ name: "dl.example.org", serves: ["files"] }] },
    "it no longer serves images at registry.example.org; if that is meant",
  ],
  [
    "other names for all hosts",
    { hosts: [{ name: "new.example.org", serves: ["files", "images"] }] },
    "it no longer serves files at dl.example.org, images at registry.example.org",
  ],
  [
    "a host that serves nothing any more",
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
    "a third of the prefixes or more are gone, 200 after 300; if that is meant",
  ],
  ["no prefixes", { prefixes: 0 }, "0 after 300"],
  [
    "a third of the mirrors fewer",
    { serving: 4 },
    "a third of the mirrors that serve or more are gone, 4 after 6; if that is",
  ],
  ["a third of the mirrors retired", { serving: 4, retired: 2 }, "4 after 6"],
  ["one mirror", { serving: 1 }, "1 after 6"],
])("%s is refused", (_, offered, words) => {
  expect(tableDoubt(contentOf(inForce), contentOf({ ...inForce, ...offered }), now)).toContain(words);
});

test.each<[number, number, boolean]>([
  [3, 2, true],
  [2, 1, true],
  [3, 1, false],
  [9, 7, true],
  [9, 6, false],
  [1, 1, true],
])("of %d mirrors that serve, %d may be left: %s", (before, after, allowed) => {
  const doubt = tableDoubt(contentOf({ serving: before }), contentOf({ serving: after }), now);
  expect(doubt === undefined).toBe(allowed);
});

test.each<[number | undefined, number | undefined, boolean]>([
  [undefined, undefined, true],
  [0, 0, true],
  [900, 601, true],
  [900, 600, false],
  [900, 0, false],
  [900, undefined, false],
])("of %p words that answer, %p may be left, whatever the content says: %s", (before, after, allowed) => {
  const content = (answering: number | undefined) => ({
    ...contentOf({}),
    ...(answering !== undefined && { answering }),
  });
  expect(tableDoubt(content(before), content(after), now) === undefined).toBe(allowed);
});

test("nothing was lost beside a fallback, and a fallback is never put in force", () => {
  expect(tableDoubt(contentOf({ ...inForce, fallback: true }), contentOf({ serving: 1 }), now)).toBeUndefined();
  expect(tableDoubt(contentOf({}), contentOf({ fallback: true }), now)).toContain("it is a fallback");
});

test("a table without hosts or prefixes may be replaced by another without", () => {
  const empty: Said = { hosts: [], prefixes: 0 };
  expect(tableDoubt(contentOf(empty), contentOf(empty), now)).toBeUndefined();
  expect(tableDoubt(contentOf(empty), contentOf({}), now)).toBeUndefined();
});

test("retired mirrors count for nothing", () => {
  expect(tableDoubt(contentOf({ serving: 3, retired: 90 }), contentOf({ serving: 3 }), now)).toBeUndefined();
});
