import { findOrigin } from "../../../promotion/targets/find-origin";
import type { FileTarget, RegistryTarget } from "../../../promotion/targets/target";
import { MemoryBucket } from "../../stores/memory-bucket";

const base = { mirror: "aws/us", isOrigin: true, filling: "run", mayRemove: false } as const;
const registry: RegistryTarget = {
  ...base,
  kind: "registry",
  host: "registry.example.org",
  root: "mirror",
  findLogin: async () => undefined,
};
const files: FileTarget = {
  ...base,
  kind: "files",
  bucket: new MemoryBucket({ url: "s3://mirror" }),
  keyOf: (path) => `files/${path}`,
};

test.each([
  [registry, "a/b", "registry.example.org/mirror/a/b", true],
  [{ ...registry, root: "" }, "a/b", "registry.example.org/a/b", true],
  [registry, "a/b", "registry.example.org/mirror/private", false],
  [registry, "a/b", "registry.example.org/a/b", false],
  [registry, "a/b", "registry.example.org.evil.example/mirror/a/b", false],
  [{ ...registry, isOrigin: false }, "a/b", "registry.example.org/mirror/a/b", false],
  [files, "v1/tool", "s3://mirror/files/v1/tool", true],
  [files, "v1/tool", "s3://mirror/files/v1/other", false],
  [{ ...files, isOrigin: false }, "v1/tool", "s3://mirror/files/v1/tool", false],
] as const)("only what an artifact has at the origin is opened there (case %#)", (target, name, source, isFound) => {
  expect(findOrigin([target], target.kind, name, source)).toBe(isFound ? target : undefined);
});
