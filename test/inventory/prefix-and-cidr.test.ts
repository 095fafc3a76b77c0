import fc from "fast-check";
import { readPrefix } from "../../inventory/prefix";
import { formatCidr, NotACidr, parseCidr } from "../../networks/cidr";

/** Prefixes, and texts that nearly are. */
const nearly = fc
  .tuple(
    fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.constantFrom("::ffff:192.0.2.0", "0.0.0.0", "::", "2001:DB8::", "64:ff9b::", "10.0.0.0", "1:2:3:4:5:6:7:8:9"),
    ),
    fc.constantFrom("/", "/", "/", "", "//", "/0", "/+", " /"),
    fc.oneof(fc.nat(130), fc.constantFrom(0, 8, 16, 24, 32, 96, 128)),
  )
  .map(([address, slash, length]) => `${address}${slash}${length}`);

/** A prefix as the redirector reads it, in its one form; undefined where it refuses the text, and what it takes it for. */
function parsed(text: string): { readonly form?: string; readonly meant?: string | undefined } {
  try {
    return { form: formatCidr(parseCidr(text)) };
  } catch (error) {
    if (!(error instanceof NotACidr)) throw error;
    return { meant: /: (\S+) is meant/.exec(error.message)?.[1] };
  }
}

// inventory/ and networks/ import nothing of one another, and read prefixes for different ends: messages of an editor,
// and lookups. What is a prefix must be the same for both.
test("the inventory takes what the routing table takes, but for IPv4 in IPv6 clothes", () => {
  fc.assert(
    fc.property(nearly, (text) => {
      const reading = readPrefix(text);
      const { form, meant } = parsed(text);
      const isMapped = !reading.ok && reading.why.includes("clothes");
      if (!isMapped) expect([text, reading.ok]).toEqual([text, form !== undefined]);
      if (!isMapped && meant !== undefined) expect(reading.ok ? "" : reading.fix).toContain(`Write ${meant},`);
    }),
    { numRuns: 5_000 },
  );
});

test("prefixes are the same for the inventory where they are for the routing table", () => {
  const sound = fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.boolean()).map(([address, whole]) => {
    const bits = address.includes(":") ? 128 : 32;
    return whole ? `${address}/${bits}` : `${address.includes(":") ? "::" : "0.0.0.0"}/0`;
  });
  fc.assert(
    fc.property(sound, sound, (one, other) => {
      const [first, second] = [readPrefix(one), readPrefix(other)];
      if (!first.ok || !second.ok) return;
      expect(first.canonical === second.canonical).toBe(parsed(one).form === parsed(other).form);
      const again = readPrefix(parsed(one).form ?? "");
      expect(again).toEqual(first);
    }),
  );
});
