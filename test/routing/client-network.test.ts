import { parseAddress } from "../../networks/parsed-address";
import { clientNetwork } from "../../routing/client-network";

test.each([
  ["198.51.100.7", "198.51.100.250", true],
  ["198.51.100.7", "198.51.101.7", false],
  ["198.51.100.7", "::ffff:198.51.100.9", true],
  ["198.51.100.7", "::ffff:198.51.101.9", false],
  ["198.51.100.7", "2002:c633:6409:1::1", true],
  ["198.51.100.7", "2002:c633:6509:1::1", false],
  ["198.51.100.7", "64:ff9b::198.51.100.9", true],
  ["198.51.100.7", "64:ff9b::198.51.101.9", false],
  ["64:ff9b:1::198.51.100.9", "64:ff9b:1:2::", true],
  ["223.255.255.1", "2002:dfff:ff01::", true],
  ["2001:db8:1:2::3", "2001:db8:1:ffff:1:2:3:4", true],
  ["2001:db8:1::", "2001:DB8:0001:0:0:0:0:9", true],
  ["2001:db8:1::", "2001:db8:2::", false],
  ["garbage", "", true],
  ["garbage", "0.0.0.1", false],
])("%s and %s are in the same network: %s", (a, b, same) => {
  expect(clientNetwork(parseAddress(a)) === clientNetwork(parseAddress(b))).toBe(same);
});
