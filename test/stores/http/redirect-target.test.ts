import { redirectTarget } from "../../../stores/http/redirect-target";

const cases: readonly (readonly [from: string, location: string, target: string | undefined])[] = [
  ["https://a.example/v2/", "/v3/", "https://a.example/v3/"],
  ["https://a.example/v2/", "https://b.example/", "https://b.example/"],
  ["https://a.example/v2/", "http://a.example/v2/", undefined],
  ["https://a.example/v2/", "https://user@a.example/", undefined],
  ["https://a.example/v2/", "https://127.0.0.1/", undefined],
  ["https://a.example/v2/", "https://169.254.169.254/latest/meta-data", undefined],
  ["https://a.example/v2/", "https://[::ffff:10.0.0.1]/", undefined],
  ["https://a.example/v2/", "https://0x7f000001/", undefined],
  ["https://a.example/v2/", "https:///", undefined],
  ["https://10.0.0.1/v2/", "https://10.0.0.1/v3/", "https://10.0.0.1/v3/"],
  ["https://10.0.0.1/v2/", "https://10.0.0.2/v3/", undefined],
  ["http://127.0.0.1:5000/v2/", "http://127.0.0.1:5001/", "http://127.0.0.1:5001/"],
  ["http://127.0.0.1:5000/v2/", "file:///etc/passwd", undefined],
];

test.each(cases)("from %s to %s: %s", (from, location, expected) => {
  expect(redirectTarget(location, new URL(from), new URL(from))?.href).toBe(expected);
});
