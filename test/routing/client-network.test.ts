import { clientNetwork } from "../../routing/client-network";

test.each([
  ["198.51.100.7", "198.51.100.250", true],
  ["198.51.100.7", "198.51.101.7", false],
  ["198.51.100.7", "::ffff:198.51.100.9", true],
  ["2001:db8:1:2::3", "2001:db8:1:ffff:1:2:3:4", true],
  ["2001:db8:1::", "2001:DB8:0001:0:0:0:0:9", true],
  ["2001:db8:1::", "2001:db8:2::", false],
  ["garbage", "", true],
  ["garbage", "0.0.0.1", false],
])("%s and %s are of one network: %s", (a, b, same) => {
  expect(clientNetwork(a) === clientNetwork(b)).toBe(same);
});
