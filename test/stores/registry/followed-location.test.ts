import { followedLocation } from "../../../stores/registry/followed-location";

test.each([
  ["https://registry.example.org/v2/a", "/v2/b", "https://registry.example.org/v2/b"],
  ["https://registry.example.org/v2/a", "https://store.example/b", "https://store.example/b"],
  ["https://registry.example.org/v2/a", "https://8.8.8.8/b", "https://8.8.8.8/b"],
  ["http://127.0.0.1:5000/v2/a", "http://localhost:9000/b", "http://localhost:9000/b"],
  ["https://10.0.0.5/v2/a", "https://10.0.0.6/b", "https://10.0.0.6/b"],
  ["https://10.0.0.5/v2/a", "https://10.0.0.5:9000/b", "https://10.0.0.5:9000/b"],
])("%s may lead to %s", (from, location, target) => {
  expect(followedLocation(location, new URL(from)).href).toBe(target);
});

test.each([
  ["http://127.0.0.1:2375/containers", "which is not HTTPS"],
  ["http://registry.example.org/b", "which is not HTTPS"],
  ["https://127.0.0.1/b", "which is not on the public internet"],
  ["https://localhost:8443/b", "which is not on the public internet"],
  ["https://a.localhost/b", "which is not on the public internet"],
  ["https://2130706433/b", "which is not on the public internet"],
  ["https://[::ffff:127.0.0.1]/b", "which is not on the public internet"],
  ["https://169.254.169.254/latest/meta-data", "which is not on the public internet"],
  ["https://[fd00:ec2::254]/latest/meta-data", "which is not on the public internet"],
  ["https://10.0.0.1/b", "which is not on the public internet"],
  ["file:///etc/passwd", "which is not HTTPS"],
  ["https://", "redirects without a valid URL"],
])("a registry elsewhere does not lead to %s", (location, words) => {
  expect(() => followedLocation(location, new URL("https://registry.example.org/v2/a"))).toThrow(words);
});
