import { endpointsDoubt } from "../../routing/endpoints";

test.each([
  [{}, undefined],
  [{ registry: "https://us-docker.pkg.dev/v2/p/r", blobs: "https://a.example/{digest}" }, undefined],
  [{ files: "http://127.0.0.1:8080/{path}" }, undefined],
  [{ files: "https:///{path}" }, "files: the URL names no host"],
  [{ files: "https://a.example/{digest}" }, "files: there is no placeholder {digest} here"],
  [{ blobs: "https://a.example{digest}" }, "blobs: there is a placeholder in the host"],
  [{ registry: "https:///a.example/v2" }, "registry: the URL names no host"],
  [{ registry: "https://a.example/v2?b" }, "registry: a registry's URL has no placeholder and no query"],
])("the URLs %j", (endpoints, doubt) => {
  expect(endpointsDoubt(endpoints)).toBe(doubt);
});
