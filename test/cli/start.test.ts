import { samplePath } from "../../cli/start";
import { fixture, inventoryOf } from "../routing/tables";

test.each([
  ["hosts that serve images", "small", (text: string) => text, /^\/v2\/pause\/blobs\/sha256:/],
  ["hosts of files", "small", (text: string) => text.replace("[images]", "[files]"), /^\/example\.tar\.gz$/],
  [
    "a host with paths of its own",
    "small",
    (text: string) =>
      text.replace(
        "registry.example.org: { serves: [images] }",
        "a.example.org: { serves: [files], paths: { rel: r } }",
      ),
    /^\/rel\/example\.tar\.gz$/,
  ],
])("start invites to ask for what is served: %s", (_, name, changed, path) => {
  expect(samplePath(inventoryOf(changed(fixture(name))))).toMatch(path);
});
