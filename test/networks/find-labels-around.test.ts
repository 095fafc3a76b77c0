import fc from "fast-check";
import { type Cidr, covers, formatCidr, parseCidr } from "../../networks/cidr";
import { findLabelsAround } from "../../networks/find-labels-around";
import { arbitraryCidr } from "./arbitrary-prefixes";

const labelled = (...texts: string[]) => texts.map((label) => ({ cidr: parseCidr(label), label }));

test("finds the longest covering prefix, also an equal one, in any order", () => {
  const around = labelled("10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32", "10.3.0.0/16");
  const asked = [
    "10.3.0.0/16",
    "10.2.0.0/16",
    "11.0.0.0/8",
    "10.1.2.0/24",
    "2001:db8::/32",
    "10.0.0.0/7",
    "10.0.0.0/15",
  ];
  expect(
    findLabelsAround(
      asked.map((text) => parseCidr(text)),
      around,
    ),
  ).toEqual(["10.3.0.0/16", "10.0.0.0/8", undefined, "10.1.0.0/16", "2001:db8::/32", undefined, "10.0.0.0/8"]);
});

test("uses the first of equal covering prefixes", () => {
  const around = [
    { cidr: parseCidr("10.0.0.0/8"), label: "first" },
    { cidr: parseCidr("10.0.0.0/8"), label: "second" },
  ];
  expect(findLabelsAround([parseCidr("10.1.0.0/16")], around)).toEqual(["first"]);
});

test("agrees with a plain search", () => {
  const longest = (prefix: Cidr, around: readonly Cidr[]) =>
    around.filter((one) => covers(one, prefix)).sort((left, right) => right.length - left.length)[0];
  fc.assert(
    fc.property(
      fc.array(arbitraryCidr, { maxLength: 30 }),
      fc.array(arbitraryCidr, { maxLength: 30 }),
      (asked, around) => {
        const found = findLabelsAround(asked, labelled(...around.map(formatCidr)));
        expect(found).toEqual(
          asked.map((prefix) => {
            const one = longest(prefix, around);
            return one && formatCidr(one);
          }),
        );
      },
    ),
  );
});
