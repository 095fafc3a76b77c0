import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parseDocument } from "yaml";
import { NodeReader } from "../../document/node-reader";
import { SourceText } from "../../document/problem";
import { readPlainDocument } from "../../document/read-plain-document";
import { runs } from "../property-runs";

/** What the YAML parser reads; undefined if it finds an error, or more than values. */
function readFully(text: string) {
  const options = { schema: "core", merge: false, uniqueKeys: false, prettyErrors: false, logLevel: "error" } as const;
  const document = parseDocument(text, options);
  const reader = new NodeReader(new SourceText("a.yaml", text), []);
  const read = reader.read(document.contents, undefined, 0);
  return document.errors.length + document.warnings.length + reader.problems.length > 0 ? undefined : read;
}

test.each([
  "- a\n",
  "a:\n",
  'a: b\nc:\n  d: true\n  e: [x, "y z",z ]\n',
  '- name: foo\n  dmap:\n    "sha256:1": ["a", b]\n\n    # comment\n    sha256:2: []\n- name: bar # comment\n',
  "registries:\n- name: a/b\n  src: true\n- name: c\n",
  "a:\n  - b: c\n    d:\n    - e\n    - f\n  -   g: h\n      i: j\nk: v1.2\n",
  "# only\na:\n  b:\n\n\n  c: false\n",
])("reads %j as the YAML parser does", (text) => {
  expect(readPlainDocument(text)).toEqual(readFully(text));
  expect(readFully(text)).toBeDefined();
});

test.each([
  "",
  "# comment\n",
  "a",
  "a: 1\n",
  "a: 1.10\n",
  "a: null\n",
  "a: ~\n",
  "a: True\n",
  "a: b c\n",
  "a: 'b'\n",
  "a: b: c\n",
  "a: {}\n",
  "a: [b, ]\n",
  "a: [b\n",
  "a: [b: c]\n",
  "a: &x b\n",
  "a: *x\n",
  "a: !x b\n",
  "a: |\n  b\n",
  "a: b\n  c\n",
  "a: b\na: c\n",
  "__proto__: a\n",
  "<<: a\n",
  "? a\n: b\n",
  "---\na: b\n",
  "a: b\n---\nc: d\n",
  "%YAML 1.1\n---\na: b\n",
  "a:\tb\n",
  "a: b\r\n",
  "\ufeffa: b\n",
  " a: b\nc: d\n",
  "a:\n    b: c\n  d: e\n",
  "- a\nb: c\n",
  'a: "\\u0041"\n',
  'a: "ü"\n',
  "- - a\n",
  "-\n",
  `${"a".repeat(1100)}: b\n`,
])("leaves %j to the YAML parser", (text) => {
  expect(readPlainDocument(text)).toBeUndefined();
});

test("reads the inventories of the tests as the YAML parser does", () => {
  const folder = join(__dirname, "..", "fixtures", "inventories");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".yaml")) continue;
    const text = readFileSync(join(folder, name), "utf8");
    const plain = readPlainDocument(text);
    if (plain !== undefined) expect(plain).toEqual(readFully(text));
  }
});

/** What documents are made of, and what looks like it. */
const fragments = [
  ..."a b 1 1.0 1e5 0x1f true null ~ .5 .inf . - -- --- ... : :: a:b a: sha256:ab << & * ! | > @ ` % ? , = # ' + \\".split(
    " ",
  ),
  ...[
    '"',
    '""',
    '"a b"',
    "[",
    "]",
    "[]",
    "[a, b]",
    "{",
    "}",
    "{}",
    " ",
    "  ",
    "    ",
    " #",
    " # c",
    ": ",
    "- ",
    "\n",
    "\n\n",
  ],
  ...[
    "\n- a: b\n",
    "\n  a: b\n",
    "\n    - a\n",
    "\t",
    "\r",
    "ü",
    "\u0085",
    "\u2028",
    "\ufeff",
    "__proto__: a\n",
    "[a,]",
    "[a b]",
  ],
];
/** Documents that are read. */
const seeds = [
  '- name: foo\n  dmap:\n    "sha256:1": ["a", b]\n    sha256:2: []\n- name: bar # comment\n  dmap:\n',
  "registries:\n- name: a/b\n  src: true\n- name: c\nimages: []\n",
  "a:\n  - b: c\n    d:\n    - e\n    - f\n  -   g: h\n      i: j\nk: v1.2\n",
  "files:\n- name: v1.0/x.sha256\n  sha256: 1a2b\n",
  "a: b\nc: [d]\n",
];

interface Change {
  readonly at: number;
  readonly removed: number;
  readonly added: string;
}

const change = fc.record<Change>({
  at: fc.nat(120),
  removed: fc.constantFrom(0, 0, 1, 2, 5),
  added: fc.constantFrom("", ...fragments),
});

function applyChange(text: string, { at, removed, added }: Change): string {
  const position = at % (text.length + 1);
  return text.slice(0, position) + added + text.slice(position + removed);
}

test("whatever it reads, it reads as the YAML parser does", () => {
  fc.assert(
    fc.property(fc.constantFrom(...seeds), fc.array(change, { maxLength: 3 }), (seed, changes) => {
      const text = changes.reduce(applyChange, seed);
      const plain = readPlainDocument(text);
      if (plain !== undefined) expect(plain).toEqual(readFully(text));
    }),
    runs(1000),
  );
});
