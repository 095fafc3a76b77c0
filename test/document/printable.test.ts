import fc from "fast-check";
import { masked, printable, printableJson, printableLines } from "../../document/printable";

describe("printable", () => {
  const cases: readonly [what: string, text: string, printed: string][] = [
    ["plain text", "pool/main/a b_1.0~rc.deb", "pool/main/a b_1.0~rc.deb"],
    ["letters of other scripts", "Universität Malmö 東京 עברית", "Universität Malmö 東京 עברית"],
    ["an escape sequence", "\x1b[31mred", "\\u001b[31mred"],
    ["the control sequence introducer of one character", "\x9b31m", "\\u009b31m"],
    ["a line break", "a\r\nb", "a\\u000d\\u000ab"],
    ["a tab and a deletion", "a\tb\x7f", "a\\u0009b\\u007f"],
    ["the line separators of Unicode", "a\u2028b\u2029c\u0085d", "a\\u2028b\\u2029c\\u0085d"],
    ["an override of direction", "exe.\u202egnp", "exe.\\u202egnp"],
    ["an isolate", "\u2066a\u2069", "\\u2066a\\u2069"],
    ["marks of direction", "\u200ea\u200fb\u061c", "\\u200ea\\u200fb\\u061c"],
    ["invisible characters", "a\u200b\u00ad\u2060\ufeff\u034fb", "a\\u200b\\u00ad\\u2060\\ufeff\\u034fb"],
    ["fillers", "\u115f\u1160\u3164\uffa0\u2800", "\\u115f\\u1160\\u3164\\uffa0\\u2800"],
    ["a variation selector", "a\ufe0f", "a\\ufe0f"],
    ["tags beyond 16 bits", "a\u{e0041}", "a\\udb40\\udc41"],
    ["a surrogate without a partner", "a\ud800b", "a\\ud800b"],
    ["spaces other than U+0020", "a\u00a0b\u3000c", "a\\u00a0b\\u3000c"],
    ["private and unassigned code points", "\ue000\u0378", "\\ue000\\u0378"],
    ["a workflow command", "::error file=a::b", "\\u003a:error file=a::b"],
    ["an indented workflow command", "  ::set-output name=a::b", "  \\u003a:set-output name=a::b"],
    [
      "older commands, anywhere",
      "a ##[error]b ##vso[task.setvariable]c",
      "a \\u0023#[error]b \\u0023#vso[task.setvariable]c",
    ],
    [
      "addresses, digests and headings",
      "::1 ::ffff:192.0.2.1 sha256:ab #1 ##2",
      "::1 ::ffff:192.0.2.1 sha256:ab #1 ##2",
    ],
  ];

  test.each(cases)("%s", (_, text, printed) => {
    expect(printable(text)).toBe(printed);
  });

  test("leaves nothing that moves a cursor, breaks a line or reorders text, and is idempotent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const printed = printable(text);
        expect(printed).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(printable(printed)).toBe(printed);
        expect(printableLines(text).split("\n")).toEqual(text.split("\n").map(printable));
      }),
    );
  });
});

test("keeps the line breaks of a message, and no other", () => {
  expect(printableLines("one\ntwo\r\n::error::three\x1b")).toBe("one\ntwo\\u000d\n\\u003a:error::three\\u001b");
});

test("keeps the value of JSON, and escapes everything invisible", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), fc.constantFrom(undefined, 2), (value, indent) => {
      const text = printableJson(value, indent);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(text).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
  expect(printableJson({ path: "a\u202eb\u{e0041}" })).toBe('{"path":"a\\u202eb\\udb40\\udc41"}');
});

test("keeps the columns of masked text", () => {
  expect(masked("\ta\x1bb\u202ec")).toBe("\ufffda\ufffdb\ufffdc");
});
