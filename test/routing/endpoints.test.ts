import { findEndpointProblem } from "../../routing/endpoints";

test.each([
  [{}, undefined],
  [{ registry: "https://us-docker.pkg.dev/v2/p/r", blobs: "https://a.example/{digest}" }, undefined],
  [{ files: "http://127.0.0.1:8080/{path}" }, undefined],
  [{ files: "https:///{path}" }, "files: the URL has no host"],
  [{ files: "https://a.example/{digest}" }, "files: {digest} is not a placeholder here"],
  [{ blobs: "https://a.example{digest}" }, "blobs: there is a placeholder in the host"],
  [{ registry: "https:///a.example/v2" }, "registry: the URL has no host"],
  [{ registry: "https://a.example/v2?b" }, "registry: a registry's URL cannot have a placeholder or a query"],
])("the URLs %j", (endpoints, doubt) => {
  expect(findEndpointProblem(endpoints)).toBe(doubt);
});
