import { completionKey, completionPrefix } from "../../../promotion/plan/completion-key";

test.each([
  ["containers/images/", "containers/complete/sha256:0"],
  ["k8s/blobs/", "k8s/complete/sha256:0"],
  ["blobs/", "complete/sha256:0"],
  ["", "complete/sha256:0"],
])("beside blobs in %j", (folder, key) => {
  expect(completionKey("sha256:0", (digest) => `${folder}${digest}`)).toBe(key);
});

test("in buckets of the inventory", () => {
  expect(completionPrefix).toBe("containers/complete/");
  expect(completionKey("sha256:0")).toBe("containers/complete/sha256:0");
});
