import fc from "fast-check";
import { isReadBack } from "../../../promotion/run/verification";
import { sha256 } from "../plan/small-world";

const digests = Array.from({ length: 400 }, (_, number) =>
  sha256(`object ${number}`).replace(/^../, number.toString(16).padStart(2, "0").slice(-2)),
);

test("a share of 0 reads nothing back, one of 1 everything", () => {
  const seeds = fc.option(fc.string(), { nil: undefined });
  fc.assert(
    fc.property(fc.constantFrom(...digests), seeds, (digest, seed) => {
      const more = seed === undefined ? {} : { seed };
      expect(isReadBack(digest, { readBack: 0, ...more })).toBe(false);
      expect(isReadBack(digest, { readBack: 1, ...more })).toBe(true);
    }),
  );
});

test("another seed makes another choice, of about the same share", () => {
  const chosenBy = (seed: string) => digests.filter((digest) => isReadBack(digest, { readBack: 0.25, seed }));
  const [one, other] = [chosenBy("one"), chosenBy("other")];
  expect(one).not.toEqual(other);
  for (const chosen of [one, other]) expect(Math.abs(chosen.length / digests.length - 0.25)).toBeLessThan(0.1);
});
