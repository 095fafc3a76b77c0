import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { readInventory } from "../inventory/read-inventory";
import { cases } from "./conformance/cases";

const root = join(__dirname, "..");
const text = (file: string): string => readFileSync(join(root, file), "utf8");

/** The Markdown files of a clone, tracked or about to be. */
const documents = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter(Boolean);

/** The anchor that GitHub and GitLab give a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function anchorsOf(file: string): string[] {
  return [...text(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
}

/** The links to files of this project, with what they point to. */
function linksOf(file: string): { link: string; target: string; anchor: string }[] {
  return [...text(file).matchAll(/\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)/g)].map(
    ([, path = "", anchor = ""]) => ({
      link: `${file}: ${path}#${anchor}`,
      target: path === "" ? file : relative(root, join(root, dirname(file), path)),
      anchor,
    }),
  );
}

test("links between documents point to files and headings that exist", () => {
  const broken = documents.flatMap(linksOf).filter(({ target, anchor }) => {
    if (!existsSync(join(root, target))) return true;
    return anchor !== "" && target.endsWith(".md") && !anchorsOf(target).includes(anchor);
  });
  expect(broken.map(({ link }) => link)).toEqual([]);
});

test("the architecture's table of imports is the linter's", () => {
  const { forbidden } = require("../.dependency-cruiser.js") as {
    forbidden: { name: string; comment: string; to: { pathNot?: string[] } }[];
  };
  const enforced = forbidden
    .filter(({ name }) => /^[a-z]+-imports$/.test(name))
    .map(({ name, to }) => {
      const folder = name.replace(/-imports$/, "");
      const allowed = (to.pathNot ?? []).flatMap((pattern) => /^\^([a-z]+)\/$/.exec(pattern)?.[1] ?? []);
      return [folder, allowed.filter((other) => other !== folder)];
    });
  const documented = [...text("docs/architecture.md").matchAll(/^\| `([a-z]+)\/` \|.*\|([^|]*)\|$/gm)].map(
    ([, folder, imports = ""]) => [folder, [...imports.matchAll(/`([a-z]+)`/g)].map(([, name]) => name)],
  );
  expect(documented).toEqual(enforced);
});

test("the README is at most 150 lines, and its inventory is valid", () => {
  const readme = text("README.md");
  expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(150);
  const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
  const { ok, problems } = readInventory(Buffer.from(yaml), "mirrors.yaml", new Date("2026-11-25"));
  expect({ ok, problems }).toEqual({ ok: true, problems: [] });
});

test("every fault in docs/promotion-faults.md has its test", () => {
  const named = [...text("docs/promotion-faults.md").matchAll(/\[([^\]]+)\]\(\.\.\/(test\/[^)]+)\)/g)];
  expect(named.length).toBeGreaterThan(0);
  const missing = named.filter(([, title = "", file = ""]) => !text(file).includes(title));
  expect(missing.map(([link]) => link)).toEqual([]);
});

test("docs/promotion-run.md names the metrics of a promotion", () => {
  const [, table = ""] = /All metrics begin with[\s\S]*?\n\n([\s\S]*?)\n\n/.exec(text("docs/promotion-run.md")) ?? [];
  const documented = [...table.matchAll(/`([a-z_]+)(?:\{[a-z,]+\})?`/g)].map(([, name]) => name);
  const code = text("promotion/run/format-metrics.ts");
  const names = [...code.matchAll(/(?:metric\(|name: )"([a-z_]+)"/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !documented.includes(name))).toEqual([]);
});

/** The sources, without tests. */
const sources = execFileSync("git", ["ls-files", "*.ts"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && !/^(test|bench)\//.test(file));

test.each(["docs/architecture.md", "CONTRIBUTING.md"])("%s names files and functions that exist", (document) => {
  const code = sources.map(text).join("\n");
  const names = [...text(document).matchAll(/`([\w./-]+)`/g)].map(([, name = ""]) => name);
  const missing = names.filter((name) => {
    if (/[/.]/.test(name) && /^[a-z]+\//.test(name)) return !existsSync(join(root, name));
    const identifier = /^(?:\w+\.)?([a-z]+[A-Z]\w*|[A-Z][a-z]+\w*)$/.exec(name)?.[1];
    return identifier !== undefined && !new RegExp(`\\b${identifier}\\b`).test(code);
  });
  expect(missing).toEqual([]);
});

test("docs/http-behaviour.md counts the conformance cases and differences of each carrier", () => {
  const documented = [...text("docs/http-behaviour.md").matchAll(/^\| .* \| (\d+) \| (\d+) \|$/gm)].map(
    ([, all, differing]) => [Number(all), Number(differing)],
  );
  const carriers = ["function", "node", "lambda", "bun", "nginx", "envoy"] as const;
  expect(documented).toEqual(
    carriers.map((carrier) => [cases.length, cases.filter(({ differs }) => differs?.[carrier]).length]),
  );
});
