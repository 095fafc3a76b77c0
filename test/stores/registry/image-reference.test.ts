import { parseImageReference, registryUrl } from "../../../stores/registry/image-reference";

const digest = `sha256:${"0".repeat(64)}`;

test.each([
  ["gcr.io/distroless/nodejs22", { host: "gcr.io", name: "distroless/nodejs22" }],
  [`gcr.io/a/b@${digest}`, { host: "gcr.io", name: "a/b", digest }],
  [`gcr.io/a/b:v1@${digest}`, { host: "gcr.io", name: "a/b", tag: "v1", digest }],
  ["127.0.0.1:5000/a:v1", { host: "127.0.0.1:5000", name: "a", tag: "v1" }],
  ["[::1]:5000/a", { host: "[::1]:5000", name: "a" }],
  ["localhost/a", { host: "localhost", name: "a" }],
  ["docker.io/node", { host: "docker.io", name: "library/node" }],
  ["docker.io/oven/bun", { host: "docker.io", name: "oven/bun" }],
  ["gcr.io/a__b/c-d.e_f", { host: "gcr.io", name: "a__b/c-d.e_f" }],
])("%s", (text, reference) => {
  expect(parseImageReference(text)).toEqual(reference);
});

test.each([
  ["no host", "library/node"],
  ["no name", "gcr.io/"],
  ["a large letter", "gcr.io/Node"],
  ["dots", "gcr.io/../node"],
  ["a URL", "https://gcr.io/node"],
  ["half a digest", "gcr.io/node@sha256:00"],
  ["another kind of digest", `gcr.io/node@sha512:${"0".repeat(128)}`],
  ["an empty tag", "gcr.io/node:"],
  ["a user before the host", "user@gcr.io/node"],
  ["a line break at the end", "gcr.io/node\n"],
  ["a port that does not exist", "gcr.io:99999/node"],
  ["an address that does not exist", "127.999.1.1/node"],
])("%s is not a reference", (_, text) => {
  expect(parseImageReference(text)).toBeUndefined();
});

test.each([
  ["gcr.io", "https://gcr.io/"],
  ["registry.example.org:5000", "https://registry.example.org:5000/"],
  ["docker.io", "https://registry-1.docker.io/"],
  ["localhost:5000", "http://localhost:5000/"],
  ["127.0.0.1:5000", "http://127.0.0.1:5000/"],
  ["[::1]:5000", "http://[::1]:5000/"],
  ["127.0.0.1.example.org", "https://127.0.0.1.example.org/"],
  ["10.0.0.1", "https://10.0.0.1/"],
])("the API of %s is at %s", (host, url) => {
  expect(registryUrl(host).href).toBe(url);
});
