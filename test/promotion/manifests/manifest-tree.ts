import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Problem } from "../../../document/problem";

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Files by path: text, or where a symbolic link leads. */
export type Tree = Readonly<Record<string, string | { readonly link: string }>>;

/** Writes a tree of files to a new folder, which is removed after the tests. @returns the folder */
export function writeTree(tree: Tree): string {
  const folder = mkdtempSync(join(tmpdir(), "manifests-"));
  folders.push(folder);
  for (const [path, content] of Object.entries(tree)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === "string") writeFileSync(file, content);
    else symlinkSync(content.link, file);
  }
  return folder;
}

/** A digest that ends with some digits: `sha256:a00…0a1`. It is not a number, even without quotes. */
export function digest(end: string): string {
  return `sha256:${checksum(end)}`;
}

/** As {@link digest}, without the algorithm. */
export function checksum(end: string): string {
  return `a${end.padStart(63, "0")}`;
}

/** Problems, each as one line: `images/a/images.yaml:2:5 error manifest/bad-digest`. */
export function lines(problems: readonly Problem[], folder: string): string[] {
  return problems.map(
    ({ file, line, column, severity, rule }) =>
      `${file.slice(folder.length + 1)}:${line}:${column} ${severity} ${rule}`,
  );
}

/** kpromo's registries: a source and destinations. */
export function registries(source: string, ...destinations: readonly string[]): string {
  const rest = destinations.map((name) => `- name: ${name}\n  service-account: promoter@example.org\n`);
  return `registries:\n- name: ${source}\n  src: true\n${rest.join("")}`;
}

/** kpromo's stores of files. */
export function filestores(source: string, ...destinations: readonly string[]): string {
  const rest = destinations.map((base) => `- base: ${base}\n  service-account: promoter@example.org\n`);
  return `filestores:\n- base: ${source}\n  src: true\n${rest.join("")}`;
}
