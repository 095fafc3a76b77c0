import { createMutableCheck } from "../../inventory/create-mutable-check";
import { readPromotionInventory } from "./promotion-fixture";

const isMutable = createMutableCheck(readPromotionInventory().promotion);

test.each([
  ["stable.txt", true],
  ["release/stable.txt", true],
  ["release/unstable.txt", false],
  ["release/stable-txt", false],
  ["release/latest.txt", true],
  ["release/latest-1.30.txt", true],
  ["release/latest/1.30.txt", false],
  ["other/release/latest.txt", false],
  ["build-image/go-runner:latest", true],
  ["build-image/go-runner:v1", false],
  ["build-image/a/b:latest", false],
  ["pause:3.9", false],
])("%s: %s", (name, expected) => {
  expect(isMutable(name)).toBe(expected);
});

test("nothing is mutable by default", () => {
  expect(createMutableCheck({ mutable: [] })("stable.txt")).toBe(false);
});
