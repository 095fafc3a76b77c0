import fc from "fast-check";
import { clientMoves, type Owners } from "../../routing/client-moves";
import { arbitraryLayer } from "../networks/arbitrary-prefixes";
import { runs } from "../property-runs";

const keys = ["aws", "cdn", "donor", "hoster"];

/** Owners by prefix, as `20.0.0.0/8 aws`; of nested prefixes the longest counts. */
function owners(...texts: string[]): Owners {
  return {
    keys,
    prefixes: texts.map((text) => {
      const [prefix = "", key = ""] = text.split(" ");
      return { prefix, value: keys.indexOf(key) };
    }),
  };
}

test("lists who gains clients from whom, by family, with the share of what the loser had", () => {
  const before = owners("20.0.0.0/8 aws", "21.0.0.0/16 hoster", "2a00::/32 hoster", "30.0.0.0/24 cdn");
  const after = owners(
    "20.0.0.0/8 aws",
    "20.0.0.0/10 donor",
    "21.0.0.0/16 hoster",
    "2a00::/33 donor",
    "31.0.0.0/24 cdn",
  );
  const { moves, counts } = clientMoves(before, after);
  expect(moves).toEqual([
    { to: "cdn", family: "IPv4", addresses: 256 },
    { from: "aws", to: "donor", family: "IPv4", addresses: 2 ** 22, shareOfFrom: 0.25 },
    { from: "cdn", family: "IPv4", addresses: 256, shareOfFrom: 1 },
    { from: "hoster", family: "IPv6", addresses: 2 ** 95, shareOfFrom: 0.5 },
    { from: "hoster", to: "donor", family: "IPv6", addresses: 2 ** 95, shareOfFrom: 0.5 },
  ]);
  expect(counts).toContainEqual({ provider: "cdn", family: "IPv4", before: 256, after: 256, gained: 256, lost: 256 });
  expect(counts).toContainEqual({
    provider: "donor",
    family: "IPv6",
    before: 0,
    after: 2 ** 95,
    gained: 2 ** 95,
    lost: 0,
  });
  expect(clientMoves(before, before).moves).toEqual([]);
});

test("gains and losses add up", () => {
  fc.assert(
    fc.property(arbitraryLayer, arbitraryLayer, (before, after) => {
      const { moves, counts } = clientMoves({ keys, prefixes: before }, { keys, prefixes: after });
      for (const { provider, family, before: was, after: is, gained, lost } of counts) {
        const ofMoves = (side: "from" | "to") =>
          moves
            .filter((move) => move[side] === provider && move.family === family)
            .reduce((sum, { addresses }) => sum + addresses, 0);
        // Sums of IPv6 addresses are rounded.
        expect(ofMoves("to") / (gained || 1)).toBeCloseTo(gained === 0 ? 0 : 1, 9);
        expect(ofMoves("from") / (lost || 1)).toBeCloseTo(lost === 0 ? 0 : 1, 9);
        expect((was + gained - lost - is) / Math.max(was, is, 1)).toBeCloseTo(0, 9);
      }
    }),
    runs(5), // each run compiles a table
  );
});
