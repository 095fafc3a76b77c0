import fc from "fast-check";
import { isHost, noPlace, originForm, requestedPlace } from "../../routing/requested-place";

const label = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6().map((text) => `[${text}]`),
);
const port = fc.oneof(
  fc.constant(""),
  fc.constant(":"),
  fc.integer({ min: 0, max: 65535 }).map((number) => `:${number}`),
);
const host = fc.tuple(fc.oneof(name, address), port).map((parts) => parts.join(""));
const target = fc.stringMatching(/^\/[!-~]{0,40}$/);
const any = fc.oneof(fc.string(), fc.string({ unit: "binary" }), host, target);

test("in absolute form, the target's host counts, and the rest is the target", () => {
  const scheme = fc.constantFrom("http", "https", "HTTP", "hTTpS");
  fc.assert(
    fc.property(scheme, host, host, target, (of, named, other, rest) => {
      expect(requestedPlace({ target: `${of}://${named}${rest}`, host: other })).toEqual({ target: rest, host: named });
      expect(originForm(`${of}://${named}${rest}`)).toBe(rest);
    }),
  );
});

test("in origin form, the header counts", () => {
  fc.assert(
    fc.property(host, target, (named, rest) =>
      expect(requestedPlace({ target: rest, host: named })).toEqual({ target: rest, host: named }),
    ),
  );
});

test("repeated Host headers are never valid", () => {
  fc.assert(fc.property(any, any, (first, second) => expect(isHost(`${first}, ${second}`)).toBe(false)));
});

test("a valid host contains nothing that could be read as a user, a path or a second port", () => {
  fc.assert(
    fc.property(fc.oneof(host, fc.string({ unit: fc.constantFrom(..."a.:@/?#[]\\%0 ,\t") })), (text) => {
      if (!isHost(text)) return;
      expect(text).toMatch(/^(?:\[[^\]]+\]|[^:]+)(?::\d*)?$/);
      expect(text).not.toMatch(/[@/?#\\\s,]/);
    }),
  );
});

test("never throws; leaves non-path targets unchanged", () => {
  fc.assert(
    fc.property(any, any, (text, of) => {
      const place = requestedPlace({ target: text, host: of });
      if (place !== undefined && !place.target.startsWith("/")) expect(place.target).toBe(text);
      expect(noPlace(text)).toMatchObject({ class: "refused", status: 400 });
    }),
  );
});

test.each([
  ["/v2/", true],
  ["/v2", true],
  ["/v2?x", true],
  ["http://a/v2/x", true],
  ["/v2x", false],
  ["/x", false],
  ["*", false],
])("%s: whether a refusal has OCI's format", (of, oci) => expect(noPlace(of).oci).toBe(oci));
