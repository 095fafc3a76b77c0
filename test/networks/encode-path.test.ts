import { encodePath } from "../../networks/encode-path";

test.each([
  ["a/b-c_d.e~f", "a/b-c_d.e~f"],
  ["/release/v1.0/", "/release/v1.0/"],
  ["a b/c%d", "a%20b/c%25d"],
  ["?x#y;z", "%3Fx%23y%3Bz"],
  ["ü/\u{1f600}", "%C3%BC/%F0%9F%98%80"],
])("%j becomes %s", (path, encoded) => {
  expect(encodePath(path)).toBe(encoded);
  expect(decodeURIComponent(encoded)).toBe(path);
});
