import { describePrivateHost } from "../../networks/describe-private-host";
import { hostOfUrl } from "../../networks/find-url-problem";

test.each([
  "example.net",
  "EXAMPLE.NET",
  "a.example",
  "internal.example.net",
  "localhost.example.net",
  "xn--80ak6aa92e.com",
  "8.8.8.8",
  "[2606:4700::1111]",
])("%s may be public", (host) => {
  expect(describePrivateHost(host)).toBeUndefined();
});

test.each([
  "localhost",
  "LOCALHOST",
  "a.localhost",
  "mirror.local",
  "metadata.google.internal",
  "metadata.google.internal.",
  "localhost.",
  "kubernetes.default.svc",
  "files.svc.cluster.local",
  "router.lan",
  "nas.home.arpa",
  "1.0.0.127.in-addr.arpa",
  "intranet",
  "com",
  "127.0.0.1",
  "0.0.0.0",
  "10.1.2.3",
  "100.100.100.200",
  "168.63.129.16",
  "169.254.169.254",
  "172.31.0.1",
  "192.168.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "[::]",
  "[::1]",
  "[::ffff:10.0.0.1]",
  "[2002:7f00:1::]",
  "[64:ff9b::169.254.169.254]",
  "[fd00:ec2::254]",
  "[fe80::1]",
])("%s is not public", (host) => {
  expect(describePrivateHost(host)).toMatch(/^is /);
});

test.each([
  ["https://example.net/{path}", "example.net"],
  ["https://EXAMPLE.net:8443/{name}?d={digest}", "EXAMPLE.net"],
  ["https://[2001:db8::1]:8443", "[2001:db8::1]"],
  ["https:///example.net", undefined],
  ["https://{name}.example.net@/", undefined],
])("the host of %s", (url, host) => {
  expect(hostOfUrl(url)).toBe(host);
});
