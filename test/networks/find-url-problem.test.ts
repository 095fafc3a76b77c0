import { findBaseUrlProblem, findUrlProblem } from "../../networks/find-url-problem";

test.each([
  "https://cdn.example.net",
  "https://cdn.example.net/",
  "https://cdn.example.net:8443/ranges.txt?v=4",
  "https://CDN.example.net/a%20b",
  "https://xn--exmple-cua.net/",
  "https://a-b.c1.example/~d/@e/f;g=h,i",
  "https://host//a",
  "https://192.0.2.1/",
  "https://[2001:db8::1]:8443/",
  "http://localhost:5000/",
  "http://127.0.0.1:5000",
  "http://127.9.9.9",
  "http://[::1]:5000/",
])("accepts %s", (url) => {
  expect(findUrlProblem(url)).toBeUndefined();
});

test.each([
  ["http://cdn.example.net", "is not https"],
  ["http://127.0.0.1.example.net/", "is not https"],
  ["http://localhost.example.net/", "is not https"],
  ["http://localhost@example.net/", "a user or password"],
  ["https://user@example.net/", "a user or password"],
  ["https://@example.net/", "a user or password"],
  ["https://:@example.net/", "a user or password"],
  ["https:\\\\example.net", "is not an http or https URL"],
  ["https:/\\example.net", "is not an http or https URL"],
  ["https://example.net\\@example.org/", "a backslash"],
  ["https://\\example.net/", "a backslash"],
  ["https:example.net", "is not an http or https URL"],
  ["https:/example.net", "is not an http or https URL"],
  [" https://example.net", "is not an http or https URL"],
  ["ftp://example.net/", "is not an http or https URL"],
  ["//example.net/", "is not an http or https URL"],
  ["", "is not an http or https URL"],
  ["https://", "has no host"],
  ["https:///", "has no host"],
  ["https:///example.net/", "has no host"],
  ["https:////example.net/", "has no host"],
  ["https://?example.net/", "has no host"],
  ["https://#example.net/", "has no host"],
  ["https://exa mple.net", "a space"],
  ["https://exa\tmple.net", "a control character"],
  ["https://example.net/a\n", "a control character"],
  ["https://example\u0000.net/", "a control character"],
  ["https://example.net:99999", "is not a port"],
  ["https://example.net:0/", "is not a port"],
  ["https://example.net:/", "is not a port"],
  ["https://example.net:0443/", "is not a port"],
  ["https://example.net:44a/", "is not a port"],
  ["https://::1/", "is not a host name"],
  ["https://example.net/€", "cannot contain the character €"],
  ["https://example.net/<a>", "cannot contain the character <"],
  ["https://example.net/[a]", "cannot contain the character ["],
  ['https://example.net/?"', 'cannot contain the character "'],
  ["https://example.net/%zz", "a % is not followed"],
  ["https://example.net/100%", "a % is not followed"],
  ["https://example.net/a/../b", "a `.` or `..` segment"],
  ["https://example.net/a/%2E%2e/b", "a `.` or `..` segment"],
  ["https://example.net/.", "a `.` or `..` segment"],
  ["https://exämple.net/", "characters that DNS does not allow"],
  ["https://example。net/", "characters that DNS does not allow"],
  ["https://ev%69l.example/", "is not a host name"],
  ["https://a,b.example/", "is not a host name"],
  ["https://a;b.example/", "is not a host name"],
  ["https://a$b.example/", "is not a host name"],
  ["https://a'b.example/", "is not a host name"],
  ["https://a_b.example/", "is not a host name"],
  ["https://-a.example/", "is not a host name"],
  ["https://a..example/", "is not a host name"],
  ["https://.example/", "is not a host name"],
  ["https://./", "ends with a dot"],
  ["https://example.net./", "ends with a dot"],
  ["https://example.net../", "ends with a dot"],
  ["https://xn--/", "is not a host name"],
  [`https://${"a".repeat(64)}.example/`, "is not a host name"],
  [`https://${"a.".repeat(127)}example/`, "is not a host name"],
  ["https://2852039166/", "ends with a number"],
  ["https://0xa9fea9fe/", "ends with a number"],
  ["https://example.0x10/", "ends with a number"],
  ["https://0177.0.0.1/", "ends with a number"],
  ["https://127.1/", "ends with a number"],
  ["https://1.2.3.4.5/", "ends with a number"],
  ["https://[::1/", "is not an IPv6 address"],
  ["https://[fe80::1%25eth0]/", "is not an IPv6 address"],
  ["https://[v1.a]/", "is not an IPv6 address"],
  ["https://[::1]a/", "is not an IPv6 address"],
  ["https://example.net/#top", "a fragment"],
  ["https://example.net#top", "a fragment"],
])("refuses %j", (url, message) => {
  expect(findUrlProblem(url)?.message).toContain(message);
});

test.each([
  ["https://exämple.net/", "xn--exmple-cua.net"],
  ["https://2852039166/", "169.254.169.254"],
  ["https://example.net./", "example.net"],
  ["https://example.net/a|b", "%7C"],
])("the fix for %s says what to write", (url, meant) => {
  expect(findUrlProblem(url)?.fix).toContain(meant);
});

test.each([
  ["https://registry.example.net", undefined],
  ["https://registry.example.net/v2/a", undefined],
  ["https://registry.example.net?a", "a query"],
  ["https://registry.example.net/{name}", "cannot have a placeholder"],
  ["https:///registry.example.net", "has no host"],
])("checks the base URL %s", (url, message) => {
  const problem = findBaseUrlProblem(url)?.message;
  if (message === undefined) expect(problem).toBeUndefined();
  else expect(problem).toContain(message);
});
