import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { GitError, resolveCommit, withCommittedManifests } from "../../../promotion/manifests/restore-manifests";

let folder = "";

function git(...words: readonly string[]): string {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
  const { status, stdout, stderr } = spawnSync("git", ["-C", folder, ...identity, ...words], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "restore-"));
  git("init", "-q");
  write("artifacts/manifests/kops/1.30.yaml", "first");
  write("artifacts/manifests/kops/OWNERS", "people");
  write("artifacts/mirroring/filestores/kops/filepromoter-manifest.yaml", "stores");
  write("secret.yaml", "secret");
  symlinkSync("../manifests", join(folder, "artifacts/mirroring/manifests"));
  symlinkSync("../../secret.yaml", join(folder, "artifacts/mirroring/secret.yaml"));
  symlinkSync("loop", join(folder, "artifacts/mirroring/loop"));
  git("add", "-A");
  git("commit", "-q", "-m", "first");
  write("artifacts/manifests/kops/1.30.yaml", "second");
  write("artifacts/manifests/kops/1.31.yaml", "new");
  git("add", "-A");
  git("commit", "-q", "-m", "second");
  write("artifacts/manifests/kops/1.32.yaml", "not committed");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a commit's manifests, with what links within them lead to", () => {
  const commit = resolveCommit(folder, "HEAD~1");
  const place = withCommittedManifests([join(folder, "artifacts/mirroring")], commit, ([restored = ""]) => {
    const read = (path: string) => readFileSync(join(restored, path), "utf8");
    expect(read("filestores/kops/filepromoter-manifest.yaml")).toBe("stores");
    expect(read("manifests/kops/1.30.yaml")).toBe("first");
    expect(readdirSync(join(restored, "manifests/kops"))).toEqual(["1.30.yaml"]);
    expect(readdirSync(restored).sort()).toEqual(["filestores", "manifests"]);
    return restored;
  });
  expect(existsSync(place)).toBe(false);
});

test("a directory that the commit does not have is empty; the repository's top is a directory, too", () => {
  mkdirSync(join(folder, "promotions"));
  const commit = resolveCommit(folder, "HEAD");
  withCommittedManifests([join(folder, "promotions"), folder], commit, ([none = "", top = ""]) => {
    expect(readdirSync(none)).toEqual([]);
    expect(readdirSync(join(top, "artifacts/manifests/kops")).sort()).toEqual(["1.30.yaml", "1.31.yaml"]);
  });
});

test("a directory that exists no more, with those above it", () => {
  const removed = join(folder, "gone/below/promotions");
  write("gone/below/promotions/kops/images.yaml", "images");
  git("add", "-A");
  git("commit", "-q", "-m", "third");
  rmSync(join(folder, "gone"), { recursive: true });
  const commit = resolveCommit(removed, "HEAD");
  withCommittedManifests([removed], commit, ([restored = ""]) => {
    expect(readFileSync(join(restored, "kops/images.yaml"), "utf8")).toBe("images");
  });
  withCommittedManifests([removed], resolveCommit(removed, "HEAD~1"), ([restored = ""]) => {
    expect(readdirSync(restored)).toEqual([]);
  });
});

test.each([
  ["no-such-branch", /there is no commit no-such-branch; a shallow clone/],
  ["--output=/tmp/x", /there is no commit --output/],
])("%p is refused", (name, message) => {
  expect(() => resolveCommit(folder, name)).toThrow(GitError);
  expect(() => resolveCommit(folder, name)).toThrow(message);
});

test("outside of a repository", () => {
  const outside = mkdtempSync(join(tmpdir(), "outside-"));
  try {
    expect(() => resolveCommit(outside, "HEAD")).toThrow(
      /is not in a clone of git: run the command in one, or leave out --since/,
    );
  } finally {
    rmSync(outside, { recursive: true });
  }
});
