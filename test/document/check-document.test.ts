import { z } from "zod";
import { checkDocument, type DocumentKind } from "../../document/check-document";
import { readDocument } from "../../document/read-document";

const price = z.strictObject({ currency: z.enum(["EUR", "USD"]), amount: z.number().min(0).default(0) });

/** A kind of file that this project does not have: its reader must not depend on the inventory. */
const prices: DocumentKind<z.ZodRecord<z.ZodString, typeof price>, { readonly most: number }> = {
  words: { option: "--prices", start: "Begin with an empty price list.", synonyms: { euro: "EUR" } },
  schema: z.record(z.string(), price),
  rules: [
    {
      id: "price/too-high",
      severity: "warning",
      reason: "Nobody pays that.",
      *check(draft, { most }) {
        for (const [name, entry] of Object.entries(draft)) {
          if ((entry?.amount ?? 0) > most) {
            yield { path: [name, "amount"], message: `${name} costs more than ${most}`, fix: "Ask for less." };
          }
        }
      },
    },
  ],
};

function check(text: string, kind = prices) {
  const document = readDocument(Buffer.from(text), "prices.yaml", kind.words);
  return document.ok ? checkDocument(document, kind, { most: 100 }) : document;
}

test("returns the value of a valid file, with defaults and warnings", () => {
  expect(check("egress: { currency: EUR }\nstorage: { currency: USD, amount: 101 }\n")).toEqual({
    ok: true,
    value: { egress: { currency: "EUR", amount: 0 }, storage: { currency: "USD", amount: 101 } },
    problems: [
      expect.objectContaining({
        file: "prices.yaml",
        line: 2,
        column: 35,
        severity: "warning",
        rule: "price/too-high",
        message: "storage costs more than 100",
        fix: "Ask for less.",
      }),
    ],
  });
});

test("reports all problems in the order of the file; rules get what the schema accepts", () => {
  const text = "egress: { currency: euro, amount: 200 }\negress: {}\nstorage: { amount: 300, currencies: EUR }\n";
  const { ok, problems } = check(text);
  expect(ok).toBe(false);
  expect(problems.map(({ line, rule, fix }) => `${line} ${rule}: ${fix}`)).toEqual([
    "1 schema/bad-value: Write currency: EUR",
    "1 price/too-high: Ask for less.",
    "2 yaml/duplicate-key: Keep one of the two.",
    "3 schema/missing-field: The fields here are: currency, amount.",
    "3 price/too-high: Ask for less.",
    "3 schema/unknown-field: The fields here are: currency, amount.",
  ]);
});

test.each([
  ["a: [x, '1.0']\nb: 1\na: [y, x]\n", 'List all items of both in one entry: [x, "1.0", y]'],
  ["a: [{ x: 1 }]\nb: 1\na: [y]\n", "List all items of both in one entry."],
  ["a: x\nb: 1\na: [y]\n", "Keep one of the two."],
])("a duplicate key names the first, and loses nothing of two lists: %j", (text, fix) => {
  const problem = check(text).problems.find(({ rule }) => rule === "yaml/duplicate-key");
  expect(problem).toMatchObject({ line: 3, message: '"a" is a duplicate key; the first is in line 1', fix });
});

test.each([
  ["", "file/empty"],
  ["- a\n", "file/not-a-mapping"],
  ["text\n", "file/not-a-mapping"],
])("refuses a file without fields, with its kind's fix: %j", (text, rule) => {
  expect(check(text).problems).toMatchObject([{ rule, fix: "Begin with an empty price list." }]);
});

test("accepts an empty file if its kind may be empty", () => {
  expect(check("# nothing yet\n", { ...prices, mayBeEmpty: true })).toEqual({ ok: true, value: {}, problems: [] });
});

test("forbidden content of a string is reported once, and hides the schema's finding", () => {
  const kind: typeof prices = {
    ...prices,
    findInStrings: () => [
      {
        rule: "price/no-euros",
        path: ["egress", "currency"],
        target: "value",
        message: "no euros here",
        fix: "Use another.",
        invalid: [["egress", "currency"]],
      },
    ],
  };
  expect(check("egress: { currency: euros }", kind).problems).toMatchObject([{ rule: "price/no-euros" }]);
});
