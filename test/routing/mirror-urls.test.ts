import type { AskedContent } from "../../routing/asked";
import { MirrorUrls } from "../../routing/mirror-urls";

const digest = `sha256:${"a".repeat(64)}`;
const blob: AskedContent = { class: "blob", name: "k/pause", digest };

test.each([
  ["https://a.example/{digest}", `https://a.example/${digest}`],
  ["https://a.example/blobs/{digest}/data", `https://a.example/blobs/${digest}/data`],
  ["https://a.example/{name}/blobs/{digest}", `https://a.example/k/pause/blobs/${digest}`],
  ["https://a.example/{digest}?of={name}&a=b", `https://a.example/${digest}?of=k/pause&a=b`],
])("a blob by %s", (blobs, url) => {
  expect(new MirrorUrls({ blobs }).locate(blob)).toBe(url);
});

test.each(["file", "metadata", "directory"] as const)("the path of a %s is encoded once", (of) => {
  const urls = new MirrorUrls({ files: "https://a.example/{path}?v=1" });
  expect(urls.locate({ class: of, path: "a b/$&/c+d" })).toBe("https://a.example/a%20b/%24%26/c%2Bd?v=1");
});

test.each<[AskedContent, string]>([
  [{ class: "manifest", name: "pause", reference: "3.9" }, "/pause/manifests/3.9"],
  [{ class: "signature", name: "pause", reference: "sha256-a.sig" }, "/pause/manifests/sha256-a.sig"],
  [{ class: "referrers", name: "pause", digest }, `/pause/referrers/${digest}`],
  [{ class: "tag-list", name: "pause" }, "/pause/tags/list"],
])("a path that only a registry serves: %j", (asked, path) => {
  expect(new MirrorUrls({ registry: "https://a.example/v2" }).locate(asked)).toBe(`https://a.example/v2${path}`);
});

test("a mirror that does not hold a kind has no URL for it", () => {
  const nothing = new MirrorUrls({});
  for (const asked of [blob, { class: "file", path: "a" } as const, { class: "tag-list", name: "a" } as const]) {
    expect(nothing.locate(asked)).toBeUndefined();
  }
});
