import fc from "fast-check";
import { requestId } from "../../../redirector/telemetry/request-id";
import { runs } from "../../property-runs";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const span = "00f067aa0ba902b7";
const root = "1-67891233-abcdef012345678912345678";
const self = "1-67891234-12456789abcdef0123456789";

const of = (headers: Record<string, string>) => requestId({ header: (name) => headers[name] });
const made = /^[0-9a-f]{32}$/;

test.each([
  [
    "Google's, with a span",
    { "x-cloud-trace-context": `${trace}/2205310701640571284;o=1` },
    `${trace}-2205310701640571284`,
    trace,
  ],
  ["Google's, without flags", { "x-cloud-trace-context": `${trace}/7` }, `${trace}-7`, trace],
  ["Google's, with only the trace", { "x-cloud-trace-context": trace }, trace, trace],
  ["Amazon's", { "x-amzn-trace-id": `Root=${root}` }, root, root],
  [
    "Amazon's, from a client with a trace",
    { "x-amzn-trace-id": `Self=${self};Root=${root};CalledFrom=app` },
    self,
    root,
  ],
  ["Lambda's", { "x-amzn-trace-id": `Root=${root};Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:a:0` }, root, root],
  ["W3C's", { traceparent: `00-${trace}-${span}-01` }, `${trace}-${span}`, trace],
  ["W3C's, in a later version", { traceparent: `01-${trace}-${span}-01-more` }, `${trace}-${span}`, trace],
  [
    "a UUID",
    { "x-request-id": "7b6f1e0e-98a5-4f0e-8f3c-0c6a5a3f8f52" },
    "7b6f1e0e-98a5-4f0e-8f3c-0c6a5a3f8f52",
    undefined,
  ],
  ["nginx's", { "x-request-id": trace }, trace, undefined],
  [
    "the platform's before a client's",
    { "x-request-id": "chosen-by-client", traceparent: `00-${trace}-${span}-01`, "x-amzn-trace-id": `Root=${root}` },
    root,
    root,
  ],
  [
    "the next one if one is broken",
    { "x-cloud-trace-context": "?", "x-request-id": "from-the-proxy" },
    "from-the-proxy",
    undefined,
  ],
])("%s", (_, headers, id, expectedTrace) => {
  expect(of(headers as Record<string, string>)).toEqual({ id, ...(expectedTrace && { trace: expectedTrace }) });
});

test.each([
  ["no header", {}],
  ["W3C's forbidden version", { traceparent: `ff-${trace}-${span}-01` }],
  ["W3C's with more fields than version 00 has", { traceparent: `00-${trace}-${span}-01-more` }],
  ["W3C's without a trace", { traceparent: `00-${"0".repeat(32)}-${span}-01` }],
  ["W3C's without a parent", { traceparent: `00-${trace}-${"0".repeat(16)}-01` }],
  ["W3C's in capitals", { traceparent: `00-${trace.toUpperCase()}-${span}-01` }],
  ["W3C's on two lines", { traceparent: `00-${trace}-${span}-01, 00-${trace}-${span}-01` }],
  ["Google's with a line break", { "x-cloud-trace-context": `${trace}/1;o=1\n` }],
  ["Amazon's, truncated", { "x-amzn-trace-id": `Root=${root.slice(0, -1)}` }],
  ["Amazon's of ten kilobytes", { "x-amzn-trace-id": `Root=${root};x=${"y".repeat(10_000)}` }],
  ["a quotation mark", { "x-request-id": 'abcdefgh","severity":"ERROR' }],
  ["an IPv4 address", { "x-request-id": "203.0.113.77" }],
  ["an IPv6 address", { "x-request-id": "2001:db8::1:2:3" }],
  ["HAProxy's, which begins with the client's address", { "x-request-id": "CB00714D:D2A1_0A000001:01BB_5F3C_00:1A2B" }],
  ["a short id", { "x-request-id": "1234567" }],
  ["a long id", { "x-request-id": "a".repeat(129) }],
  ["an empty one", { "x-request-id": "" }],
])("%s: a new id", (_, headers) => {
  const { id, trace: none } = of(headers as Record<string, string>);
  expect(id).toMatch(made);
  expect(none).toBeUndefined();
});

test("new ids differ", () => {
  const ids = new Set(Array.from({ length: 5000 }, () => of({}).id));
  expect(ids.size).toBe(5000);
});

test("for any headers, the id is safe in a header, in JSON and in a shell", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string(),
    fc.constant(`00-${trace}-${span}-01`),
    fc.constant(`Root=${root}`),
  );
  const names = fc.constantFrom("x-cloud-trace-context", "x-amzn-trace-id", "traceparent", "x-request-id");
  fc.assert(
    fc.property(fc.dictionary(names, text), (headers) => {
      const { id, trace: found = "" } = of(headers);
      expect(id).toMatch(/^[A-Za-z0-9_-]{8,128}$/);
      expect(found).toMatch(/^[a-f0-9-]*$/);
    }),
    runs(20),
  );
});
