import { isLoopbackHost, loopbackHosts } from "../../networks/loopback";

test.each([...loopbackHosts, "127.255.255.254", "LocalHost"])("%s is on loopback", (host) => {
  expect(isLoopbackHost(host)).toBe(true);
});

test.each(["128.0.0.1", "localhost.example.org", "127.example.org", "::1", "[::2]", "127.1", ""])(
  "%s is not on loopback, as a host of a URL",
  (host) => expect(isLoopbackHost(host)).toBe(false),
);
