import fc from "fast-check";
import { inAnyCase, portablePattern, withNames } from "../../exports/portable-pattern";
import {
  metadataPatterns,
  queryPattern,
  repositoryNamePattern,
  signatureTagPattern,
  tagPattern,
} from "../../routing/asked";

const whole = { queryPattern, repositoryNamePattern, signatureTagPattern, tagPattern };
const hex = "da86e6ba6ca197bf6bc5e9d900febd906b133eaa4750e6bed647b0fbe50ed43e";
const text = fc
  .array(
    fc.constantFrom("?", "a", "B", "0", "/", ".", "_", "__", "-", "%", "&", `sha256-${hex}`, ".sig", " ", "\n", "é"),
  )
  .map((pieces) => pieces.join(""));

test.each(Object.entries(whole))("%s matches the same texts", (_, pattern) => {
  const portable = new RegExp(`^(?:${portablePattern(pattern)})$`);
  fc.assert(fc.property(text, (each) => portable.test(each) === pattern.test(each)));
});

const fileName = fc
  .array(
    fc.constantFrom(
      "a",
      ".sha256",
      "SHA",
      "256",
      "sums",
      ".TXT",
      ".json",
      "Stable",
      "-1.2",
      "Release",
      "packages",
      ".xz",
      "/",
    ),
  )
  .map((pieces) => pieces.join(""));

test.each(metadataPatterns.map((pattern) => [pattern]))("%s matches the same names in any case", (pattern) => {
  const start = pattern.source.startsWith("^") ? "^" : "";
  const portable = new RegExp(`${start}(?:${inAnyCase(portablePattern(pattern))})$`);
  fc.assert(fc.property(fileName, (each) => portable.test(each) === pattern.test(each.toLowerCase())));
});

test.each([/a(?=b)/, /a(?<!b)/, /(?<name>a)/, /(a)\1/, /\bword/, /\p{Cc}/u, /[\s]/, /a/i])(
  "%s is refused: engines read it each in its own way",
  (pattern) => expect(() => portablePattern(pattern)).toThrow("is not read alike everywhere"),
);

test("anchors go, and nothing is captured", () => {
  expect(portablePattern(/^a\/(b|c)[(]\(\d$/)).toBe("a/(?:b|c)[(]\\([0-9]");
});

test("groups that capture get names, in their order", () => {
  expect(withNames("/(a)[(](?:b)\\((c)", ["one", "two"])).toBe("/(?<one>a)[(](?:b)\\((?<two>c)");
});
