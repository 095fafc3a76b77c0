import fc from "fast-check";
import { inAnyCase, portablePattern, withNames } from "../../../exports/grammar/portable-pattern";
import { repositoryNamePattern, signatureTagPattern, tagPattern } from "../../../routing/asked";
import { queryPattern } from "../../../routing/passed-query";

const whole = { queryPattern, repositoryNamePattern, signatureTagPattern, tagPattern };
const hex = "da86e6ba6ca197bf6bc5e9d900febd906b133eaa4750e6bed647b0fbe50ed43e";
const text = fc
  .array(
    fc.constantFrom(
      "?",
      "a",
      "B",
      "0",
      "/",
      ".",
      "_",
      "__",
      "-",
      "%",
      "&",
      "[",
      "]",
      "\\",
      "|",
      `sha256-${hex}`,
      ".sig",
      " ",
      "\n",
      "é",
    ),
  )
  .map((pieces) => pieces.join(""));

test.each(Object.entries(whole))("%s matches the same texts", (_, pattern) => {
  const portable = new RegExp(`^(?:${portablePattern(pattern)})$`);
  fc.assert(fc.property(text, (each) => portable.test(each) === pattern.test(each)));
});

test("a case-insensitive pattern matches what the pattern matches in lower case", () => {
  const portable = new RegExp(`^(?:${inAnyCase(portablePattern(/^[a-z0-9]+\.(?:sha256|tar\.gz)$/))})$`);
  for (const name of ["a.sha256", "A.SHA256", "Ab0.Tar.gZ"]) expect(portable.test(name)).toBe(true);
  for (const name of ["a_sha256", "A.SHA25", ".tar.gz"]) expect(portable.test(name)).toBe(false);
});

test.each([/a(?=b)/, /a(?<!b)/, /(?<name>a)/, /(a)\1/, /\bword/, /\p{Cc}/u, /[\s]/, /a/i])(
  "%s is refused: engines interpret it differently",
  (pattern) => expect(() => portablePattern(pattern)).toThrow("is not portable between regex engines"),
);

test("anchors are removed, and nothing is captured", () => {
  expect(portablePattern(/^a\/(b|c)[(]\(\d$/)).toBe("a/(?:b|c)[(]\\([0-9]");
});

test("groups that capture get names, in their order", () => {
  expect(withNames("/(a)[(](?:b)\\((c)", ["one", "two"])).toBe("/(?<one>a)[(](?:b)\\((?<two>c)");
});
