import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replaceFile } from "../../document/replace-file";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "replace-file-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("writes a new file", () => {
  replaceFile(join(folder, "a.yaml"), "new");
  expect(readFileSync(join(folder, "a.yaml"), "utf8")).toBe("new");
});

test("replaces a file, keeps its permissions, and leaves nothing next to it", () => {
  const file = join(folder, "a.yaml");
  writeFileSync(file, "old");
  chmodSync(file, 0o600);
  replaceFile(file, "new");
  expect(readFileSync(file, "utf8")).toBe("new");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["a.yaml"]);
});

test("replaces the target of a symbolic link", () => {
  writeFileSync(join(folder, "real.yaml"), "old");
  symlinkSync(join(folder, "real.yaml"), join(folder, "a.yaml"));
  replaceFile(join(folder, "a.yaml"), "new");
  expect(lstatSync(join(folder, "a.yaml")).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, "real.yaml"), "utf8")).toBe("new");
});

test("leaves nothing behind if it fails", () => {
  mkdirSync(join(folder, "a.yaml"));
  expect(() => replaceFile(join(folder, "a.yaml"), "new")).toThrow();
  expect(readdirSync(folder)).toEqual(["a.yaml"]);
});
