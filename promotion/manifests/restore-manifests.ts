import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix, relative, resolve, sep } from "node:path";
import { printable } from "../../document/printable";

/** A failure of git, or a wrong name of a commit. The message is for the user. */
export class GitError extends Error {
  override readonly name = "GitError";
}

/** Bytes of all manifests of a commit: those of kubernetes/k8s.io have 7 MB. */
const mostBytes = 256 * 1024 * 1024;
/** Links that are followed, one after another. */
const mostLinks = 8;

interface TreeEntry {
  readonly mode: string;
  readonly object: string;
  /** From the top of the repository. */
  readonly path: string;
}

function git(folder: string, words: readonly string[], input?: string): Buffer {
  const { status, stdout, stderr, error } = spawnSync("git", ["-C", folder, ...words], {
    maxBuffer: mostBytes,
    // Callers recognize errors by their English text.
    env: { ...process.env, LC_ALL: "C" },
    ...(input !== undefined && { input }),
  });
  if (error) throw new GitError(`git cannot be run: ${printable(error.message)}`);
  if (status === 0) return stdout;
  const [reason = ""] = `${stderr}`.trim().split("\n");
  throw new GitError(printable(`git ${words[0]}: ${reason.replace(/^fatal: /, "")}`));
}

/** The directory itself, or the closest one above that exists: the manifests may have been removed, or not be there yet. */
function findExisting(directory: string): string {
  let existing = resolve(directory);
  while (!statSync(existing, { throwIfNoEntry: false })?.isDirectory()) existing = dirname(existing);
  return existing;
}

/** The top of the working tree. @throws GitError if the directory is in none */
function findTop(directory: string): string {
  try {
    return realpathSync(`${git(directory, ["rev-parse", "--show-toplevel"])}`.replace(/\n$/, ""));
  } catch (error) {
    if (!(error instanceof GitError) || !error.message.includes("not a git repository")) throw error;
    throw new GitError(
      printable(`${directory} is not in a clone of git: run the command in one, or leave out --since`),
    );
  }
}

/**
 * The commit that a name stands for.
 *
 * @param directory of manifests; it need not exist
 * @throws GitError if there is none
 */
export function resolveCommit(directory: string, name: string): string {
  const folder = findTop(findExisting(directory));
  const { status, stdout } = spawnSync(
    "git",
    ["-C", folder, "rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`],
    { encoding: "utf8" },
  );
  if (status === 0) return stdout.trim();
  throw new GitError(
    printable(`there is no commit ${name}; a shallow clone has few: fetch it with \`git fetch --unshallow\``),
  );
}

/** The manifests of one commit, as files of a temporary folder. */
class Restorer {
  readonly #repository: string;
  readonly #commit: string;
  readonly #to: string;

  constructor(repository: string, commit: string, to: string) {
    this.#repository = repository;
    this.#commit = commit;
    this.#to = to;
  }

  /** @param root from the top of the repository */
  restore(root: string): void {
    mkdirSync(join(this.#to, root), { recursive: true });
    const boundary = posix.dirname(root);
    this.#copy(root, root, boundary, 0);
  }

  /** Copies what is below a path of the commit to another one, with what links lead to. */
  #copy(from: string, to: string, boundary: string, links: number): void {
    const entries = this.#list(from);
    const files = entries.filter(({ mode, path }) => mode.startsWith("100") && /\.ya?ml$/i.test(path));
    const linked = entries.filter(({ mode }) => mode === "120000");
    const contents = this.#read([...files, ...linked]);
    const placeOf = (path: string) => (path === from ? to : posix.join(to, posix.relative(from, path)));
    for (const { path, object } of files) this.#write(placeOf(path), contents.get(object) ?? Buffer.alloc(0));
    for (const { path, object } of linked) {
      const target = posix.normalize(posix.join(posix.dirname(path), `${contents.get(object)}`));
      const isInside = boundary === "." ? !target.startsWith("..") : target.startsWith(`${boundary}/`);
      if (isInside && links < mostLinks) this.#copy(target, placeOf(path), boundary, links + 1);
    }
  }

  #list(path: string): TreeEntry[] {
    const listed = git(this.#repository, [
      "ls-tree",
      "-r",
      "-z",
      "--full-tree",
      this.#commit,
      "--",
      path === "" ? "." : path,
    ]);
    return `${listed}`.split("\0").flatMap((line) => {
      const [, mode, object, name] = /^(\d{6}) blob ([0-9a-f]{40,64})\t(.*)$/s.exec(line) ?? [];
      return mode && object && name ? [{ mode, object, path: name }] : [];
    });
  }

  /** The content of objects, by one call of git. */
  #read(entries: readonly TreeEntry[]): Map<string, Buffer> {
    const found = new Map<string, Buffer>();
    if (entries.length === 0) return found;
    const objects = [...new Set(entries.map(({ object }) => object))];
    const answer = git(this.#repository, ["cat-file", "--batch"], `${objects.join("\n")}\n`);
    let at = 0;
    for (const object of objects) {
      const end = answer.indexOf("\n", at);
      const size = Number(answer.toString("latin1", at, end).split(" ")[2]);
      found.set(object, answer.subarray(end + 1, end + 1 + size));
      at = end + size + 2;
    }
    return found;
  }

  #write(path: string, content: Buffer): void {
    const file = join(this.#to, path);
    if (relative(this.#to, file).split(sep).includes("..")) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/**
 * Restores the manifests of a commit into a temporary folder while a function works on them. Only YAML files are written, and
 * links within the manifests become what they lead to. A directory that the commit does not have is empty. None needs to exist now.
 *
 * @param directories of manifests, in one repository of git
 * @param commit its full name, from {@link resolveCommit}
 * @param work is given the same directories of the commit
 * @throws GitError if a directory is in no repository
 */
export function withCommittedManifests<T>(
  directories: readonly string[],
  commit: string,
  work: (restored: readonly string[]) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), "mirrorform-manifests-"));
  try {
    return work(directories.map((directory, number) => restoreDirectory(directory, commit, join(folder, `${number}`))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function restoreDirectory(directory: string, commit: string, to: string): string {
  const existing = findExisting(directory);
  const top = findTop(existing);
  const real = join(realpathSync(existing), relative(existing, resolve(directory)));
  const root = relative(top, real).split(sep).join("/");
  mkdirSync(to, { recursive: true });
  new Restorer(top, commit, realpathSync(to)).restore(root);
  return join(to, root);
}
