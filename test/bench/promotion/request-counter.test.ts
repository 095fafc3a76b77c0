import fc from "fast-check";
import { RequestCounter } from "../../../bench/promotion/request-counter";
import { runs } from "../../property-runs";

const requests: readonly (readonly [text: string, line: string])[] = [
  ["GET /v2/ HTTP/1.1\r\nHost: here\r\n\r\n", "GET /v2/"],
  ["PUT /a?digest=x HTTP/1.1\r\ncontent-length: 26\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r", "PUT /a?digest=x"],
  ["POST /b HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "POST /b"],
  [
    "PATCH /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nGET \r\n1a;x=y\r\nabcdefghij\r\n0\r\n\r\nabcdefghi\r\n0\r\n\r\n",
    "PATCH /c",
  ],
  ["PUT /d HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nTrailer: a\r\n\r\n", "PUT /d"],
];

test("requests are counted however a connection divides their bytes; what is in bodies does not count", () => {
  const sent = fc.array(fc.constantFrom(...requests), { maxLength: 6 });
  const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(sent, cuts, (pairs, lengths) => {
      const seen: string[] = [];
      const counter = new RequestCounter((method, path) => seen.push(`${method} ${path}`));
      let rest = Buffer.from(pairs.map(([text]) => text).join(""));
      for (let cut = 0; rest.length > 0; cut++) {
        const length = lengths[cut % lengths.length] as number;
        counter.add(rest.subarray(0, length));
        rest = rest.subarray(length);
      }
      expect(seen).toEqual(pairs.map(([, line]) => line));
    }),
    runs(200),
  );
});

test.each(["", "GET / HTTP/1.0\r\n\r\n", "nonsense\r\n\r\n"])(
  "what is no request of HTTP/1.1 is refused: %j",
  (text) => {
    const counter = new RequestCounter(() => {});
    expect(() => counter.add(Buffer.from(`${text}${"x".repeat(70_000)}`))).toThrow();
  },
);
