import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { formatProblem } from "../../document/problem";
import { readInventory } from "../../inventory/read-inventory";
import { runs } from "../property-runs";

const today = new Date("2026-11-21T12:00:00Z");
const fixtures = join(__dirname, "..", "fixtures", "inventories");
/** Valid inventories that together use every field. */
const inventories = ["small", "choices", "promotion"].map((name) => {
  const text = readFileSync(join(fixtures, `${name}.yaml`), "utf8");
  return { name, text, valid: parse(text) as Json };
});
const read = (written: string) => readInventory(Buffer.from(written), "mirrors.yaml", today);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The same value with the keys of mappings, and the entries of unordered lists, in another order. */
function shuffled(value: Json, order: () => number): Json {
  const mixed = <T>(items: T[]) =>
    items
      .map((item) => ({ item, place: order() }))
      .sort((a, b) => a.place - b.place)
      .map(({ item }) => item);
  if (Array.isArray(value)) return mixed(value.map((item) => shuffled(item, order)));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(mixed(Object.entries(value)).map(([key, member]) => [key, shuffled(member, order)]));
}

test.each(inventories)("the order of the file does not matter: $name", ({ text, valid }) => {
  const expected = read(text);
  expect(expected.ok).toBe(true);
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
      const order = () => numbers.next().value as number;
      expect(read(stringify(shuffled(valid, order)))).toEqual(expected);
    }),
    runs(10),
  );
});

/** Every place of a value. */
function pathsOf(value: Json, path: (string | number)[] = []): (string | number)[][] {
  const below = typeof value !== "object" || value === null ? [] : Object.entries(value);
  return [
    path,
    ...below.flatMap(([key, member]) => pathsOf(member, [...path, Array.isArray(value) ? Number(key) : key])),
  ];
}

const nothing = Symbol("deleted");

/** The value with another value, or none, in one place. */
function replaced(value: Json, [part, ...rest]: (string | number)[], by: Json | typeof nothing): Json {
  if (part === undefined) return by === nothing ? null : by;
  if (typeof value !== "object" || value === null) return value;
  const isGone = rest.length === 0 && by === nothing;
  const member = (value as Record<string | number, Json>)[part] ?? null;
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => (index !== part ? [item] : isGone ? [] : [replaced(member, rest, by)]));
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      key !== part ? [[key, item]] : isGone ? [] : [[key, replaced(member, rest, by)]],
    ),
  );
}

const junk = fc.oneof(
  fc.constant(nothing),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(
    `\${x}`,
    "us-east-2",
    "*",
    "{}",
    "https://{",
    "__proto__",
    "constructor",
    -1,
    1e99,
    "1".repeat(300),
  ),
);

function expectPlaces(written: string): void {
  const { ok, problems } = read(written);
  const lines = written.split("\n");
  for (const problem of problems) {
    expect(problem.line).toBeGreaterThanOrEqual(1);
    expect(problem.line).toBeLessThanOrEqual(lines.length);
    expect(problem.column).toBeGreaterThanOrEqual(1);
    expect(problem.column).toBeLessThanOrEqual((lines[problem.line - 1] ?? "").length + 1);
    expect(formatProblem(problem)).toContain(`${problem.line}:${problem.column} ${problem.severity}[${problem.rule}] `);
  }
  expect(ok).toBe(problems.every(({ severity }) => severity === "warning"));
}

test.each(inventories)("never throws for any value in $name, and every problem has a place", ({ valid }) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...pathsOf(valid)), junk), { minLength: 1, maxLength: 4 }),
      (changes) => {
        const mutated = changes.reduce<Json>((value, [path, by]) => replaced(value, path, by), valid);
        expectPlaces(stringify(mutated));
      },
    ),
    runs(20),
  );
});

/** Text with a meaning in YAML, which causes errors of all kinds. */
const marks = fc
  .array(fc.constantFrom(..."\r\n\t\f\u2028\uFEFF'\"|>{}[]%#\\", "&a", "*a", "---\n", "...\n", "- ", "? ", ": "), {
    maxLength: 6,
  })
  .map((parts) => parts.join(""));

test.each(inventories)("never throws for any change of the text of $name", ({ text }) => {
  const inserted = fc.oneof(fc.string({ unit: "binary", maxLength: 12 }), marks);
  const cut = fc.tuple(fc.nat(text.length), fc.nat(40), inserted);
  fc.assert(
    fc.property(cut, ([start, length, by]) => {
      expectPlaces(text.slice(0, start) + by + text.slice(start + length));
    }),
    runs(20),
  );
});

test("never throws for any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(readInventory(bytes, "mirrors.yaml", today).ok).toBe(false);
    }),
  );
});
