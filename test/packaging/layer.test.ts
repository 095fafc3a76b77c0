import { spawnSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import { parseTar } from "nanotar";
import { createLayer } from "../../packaging/layer";
import { digestOf } from "../../stores/registry/content";

const files = { "app/b/table": Buffer.alloc(20_480, "t"), "app/a.js": Buffer.from("a()") };

test("the same files give the same bytes, in any order, at any time and on any machine", () => {
  const reversed = Object.fromEntries(Object.entries(files).reverse());
  expect(createLayer(reversed).digest).toBe(createLayer(files).digest);
  // The digest is fixed: a change gives everyone another image, and should be deliberate.
  expect(createLayer(files).digest).toBe("sha256:a4516cd22928045e08c8321a95bf94daa48dafc9fc42229a4ce2e13e58b13b41");
});

test("entries are owned by root, world-readable and dated 1970, and folders come first", () => {
  const entries = parseTar(gunzipSync(createLayer(files).bytes));
  expect(
    entries.map(({ name, type, attrs }) => [name, type, attrs?.mode, attrs?.uid, attrs?.gid, attrs?.mtime]),
  ).toEqual([
    ["app/", "directory", "0000755", 0, 0, 0],
    ["app/a.js", "file", "0000644", 0, 0, 0],
    ["app/b/", "directory", "0000755", 0, 0, 0],
    ["app/b/table", "file", "0000644", 0, 0, 0],
  ]);
});

test("has the digests of both forms, and a valid end for any length", () => {
  for (const size of [0, 1, 511, 512, 8_192, 8_704, 9_216, 9_728, 10_240]) {
    const layer = createLayer({ a: Buffer.alloc(size, "a") });
    const archive = gunzipSync(layer.bytes);
    expect(digestOf(layer.bytes)).toBe(layer.digest);
    expect(digestOf(archive)).toBe(layer.diffId);
    expect(archive.subarray(-1024).every((byte) => byte === 0)).toBe(true);
  }
});

test("tar can read it", () => {
  const { stdout, stderr, status } = spawnSync("tar", ["-xzOf", "-", "app/a.js"], { input: createLayer(files).bytes });
  expect({ stdout: stdout.toString(), stderr: stderr.toString(), status }).toEqual({
    stdout: "a()",
    stderr: "",
    status: 0,
  });
});
