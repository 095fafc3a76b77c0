/** Requests that must not lead to a redirect, as bytes, by their problem. */
export const hostileRequests: readonly (readonly [what: string, request: string])[] = [
  ["another host in the request line", "GET http://evil.example/x HTTP/1.1\r\nHost: dl.example.org\r\n\r\n"],
  ["two slashes", "GET //-/evil.example/x HTTP/1.1\r\nHost: dl.example.org\r\n\r\n"],
  ["dots", "GET /a/../../x HTTP/1.1\r\nHost: dl.example.org\r\n\r\n"],
  ["encoded dots", "GET /a/%2e%2e/%2e%2e/x HTTP/1.1\r\nHost: dl.example.org\r\n\r\n"],
  ["an encoded line break", "GET /a%0d%0aLocation:%20http://evil.example HTTP/1.1\r\nHost: dl.example.org\r\n\r\n"],
  ["ten kilobytes", `GET /${"a".repeat(10_000)} HTTP/1.1\r\nHost: dl.example.org\r\n\r\n`],
  ["a page of a host that is not ours", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"],
  ["a host that is not ours", "GET /x HTTP/1.1\r\nHost: evil.example\r\n\r\n"],
  ["no host at all", "GET /x HTTP/1.0\r\n\r\n"],
  ["bytes that are not HTTP", "\u0000\u0001\r\n\r\n"],
];
