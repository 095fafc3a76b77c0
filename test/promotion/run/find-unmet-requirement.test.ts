import type { Requirement } from "../../../inventory/inventory";
import { findUnmetRequirement } from "../../../promotion/run/find-unmet-requirement";

const all: Requirement = { kind: "all" };
const number = (of: number): Requirement => ({ kind: "number", number: of });
const named = (...mirrors: string[]): Requirement => ({ kind: "mirrors", mirrors });

test.each<[string, Requirement, string, string | undefined, string?]>([
  ["all, and all written ones are complete", all, "a b", undefined],
  ["all: what others fill does not count", all, "a b", undefined],
  ["all, and one is not", all, "a c", "b is required, and incomplete"],
  ["all, and none is", all, "", "a, b are required, and incomplete"],
  [
    "all, and one could not be read",
    all,
    "a",
    "b is required, and could not be read or opened: see the findings for the fix",
    "b c",
  ],
  [
    "all, of which one is incomplete, and one could not be opened",
    all,
    "",
    "a is required, and incomplete; b is required, and could not be read or opened: see the findings for the fix",
    "b",
  ],
  ["one", number(1), "b", undefined],
  ["one, also one that others fill", number(1), "c", undefined],
  ["two, of one", number(2), "b", "1 of 2 required mirrors are complete"],
  [
    "two, and one could not be read",
    number(2),
    "b",
    "1 of 2 required mirrors are complete; c could not be read or opened",
    "c",
  ],
  ["more than there are: all of them", number(9), "a b", "2 of 3 required mirrors are complete"],
  ["more than there are, and all are complete", number(9), "a b c", undefined],
  ["a named one", named("a"), "a", undefined],
  ["a named one that others fill", named("c"), "a b", "c is required, and incomplete"],
  ["a named one that the artifact does not go to", named("z"), "", undefined],
])("%s", (_, requirement, complete, expected, unread = "") => {
  const participants = {
    mirrors: ["a", "b", "c"],
    written: new Set(["a", "b"]),
    complete: new Set(complete.split(" ").filter(Boolean)),
    unread: new Set(unread.split(" ").filter(Boolean)),
  };
  expect(findUnmetRequirement(requirement, participants)).toBe(expected);
});
