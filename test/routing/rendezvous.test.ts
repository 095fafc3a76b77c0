import fc from "fast-check";
import { rendezvousScore, rendezvousSeed } from "../../routing/rendezvous";

type Weights = Readonly<Record<string, number>>;

function winner(weights: Weights, client: string, object: string): string {
  const scored = Object.entries(weights).map(([mirror, weight]) => ({
    mirror,
    score: rendezvousScore(rendezvousSeed(mirror), client, object, weight),
  }));
  return scored.reduce((best, other) => (other.score > best.score ? other : best)).mirror;
}

const weightsOf = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 1000 }), {
  minKeys: 2,
  maxKeys: 8,
  noNullPrototype: true,
});

test("each mirror wins in proportion to its weight", () => {
  const wins = { a: 0, b: 0, c: 0 };
  const draws = 20_000;
  for (let draw = 0; draw < draws; draw++) {
    const won = winner({ a: 70, b: 20, c: 10 }, `4:${draw % 500}`, `sha256:${draw}`);
    wins[won as keyof typeof wins]++;
  }
  // Four standard deviations of a binomial share are under 1.3 % here.
  expect(Math.abs(wins.a / draws - 0.7)).toBeLessThan(0.013);
  expect(Math.abs(wins.b / draws - 0.2)).toBeLessThan(0.013);
  expect(Math.abs(wins.c / draws - 0.1)).toBeLessThan(0.013);
});

test("removing a mirror moves only its own clients", () => {
  fc.assert(
    fc.property(weightsOf, fc.string(), fc.string(), (weights, client, object) => {
      const before = winner(weights, client, object);
      for (const gone of Object.keys(weights).filter((mirror) => mirror !== before)) {
        const { [gone]: _, ...others } = weights;
        expect(winner(others, client, object)).toBe(before);
      }
    }),
  );
});

test("a mirror that gains weight only gains clients", () => {
  fc.assert(
    fc.property(weightsOf, fc.string(), fc.string(), (weights, client, object) => {
      const before = winner(weights, client, object);
      expect(winner({ ...weights, [before]: (weights[before] ?? 1) * 2 }, client, object)).toBe(before);
    }),
  );
});
