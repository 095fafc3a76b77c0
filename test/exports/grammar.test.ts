import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { grammarOf, isContentRule, metadataPatterns, queryPattern, type Rule } from "../../exports/grammar";
import { classify } from "../../routing/asked";
import type { Served } from "../../routing/routing-table";

const hex = "da86e6ba6ca197bf6bc5e9d900febd906b133eaa4750e6bed647b0fbe50ed43e";
const sites: Record<string, Served> = {
  images: { serves: ["images"] },
  files: { serves: ["files"] },
  both: { serves: ["files", "images"], directoryIndex: "index.html" },
  paths: {
    serves: ["files"],
    paths: [
      { path: "bin/new", at: "" },
      { path: "bin", at: "project/release" },
      { path: "stable.txt", at: "project/stable.txt" },
    ],
  },
  nothing: { serves: [] },
};
const grammars = new Map(Object.entries(sites).map(([site, served]) => [site, grammarOf(served)]));

/** Whether a rule matches, as the carriers evaluate it. */
function matches(rule: Rule, method: string, target: string): boolean {
  const [path = ""] = target.split("?", 1);
  if (rule.oci && !/^\/v2(?:\/|$)/.test(path)) return false;
  if (rule.otherMethods) return method !== "GET" && method !== "HEAD";
  const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`, "s");
  if (rule.scope === "request") return whole(`${rule.pattern}(?:${queryPattern})?`).test(target);
  return whole(rule.pattern).test(rule.scope === "path" ? path : target) !== (rule.not ?? false);
}

/** What the rules of a site say: a class, or the status and body of a refusal. */
function ruled(site: string, method: string, target: string): string {
  const rule = grammars.get(site)?.find((each) => matches(each, method, target));
  if (rule === undefined) return "no rule";
  if (isContentRule(rule)) return rule.of;
  if (rule.page) return `page ${rule.page}`;
  return rule.id === "spelling" || rule.id === "spelling-oci" || rule.id === "mirror-list"
    ? rule.id
    : `${rule.answer?.status} ${rule.answer?.body.trim()}`;
}

/** What `classify` says, in the same words. */
function classified(site: string, method: string, target: string): string {
  const { asked } = classify({ method, target, ...(sites[site] as Served) });
  if (asked.class === "page") return `page ${asked.page}`;
  if (asked.class === "ping") return "200 {}";
  if (asked.class !== "refused") return asked.class;
  const { status, code, message, oci } = asked;
  return `${status} ${oci ? JSON.stringify({ errors: [{ code, message }] }) : message}`;
}

/** A path that asks for the same, spelt in a way that configurations pass on; undefined where it has none. */
const spelling = /[^!$&'()*+,;=:@\w.~/%-]|%2[d-f]|%3\d|%4[1-9a-f]|%5[\daf]|%6[1-9a-f]|%7[\dae]/i;

const piece = fc.constantFrom(
  ...[
    "/",
    "/",
    ".",
    "..",
    "a",
    "A",
    "pause",
    "v2",
    "/v2/",
    "/v2/pause/",
    "blobs",
    "manifests",
    "/manifests/",
    "referrers",
  ],
  ...[
    "tags",
    "list",
    "/tags/list",
    `sha256:${hex}`,
    `/blobs/sha256:${hex}`,
    `sha256%3A${hex}`,
    `sha256-${hex}.sig`,
    "%",
    ":",
  ],
  ...[
    `sha512:${hex}${hex}`,
    "latest",
    "-",
    "_",
    "__",
    "%20",
    "%2e",
    "%2F",
    "%0a",
    "%c3%a9",
    "%ff",
    "%41",
    "+",
    "bin",
    "bin/new",
  ],
  ...[
    "/privacy",
    "stable.txt",
    "tool.sha256",
    "SHA256SUMS",
    "Release",
    "index.yaml",
    "?",
    "?a=b&c",
    "?mirrorlist",
    '"',
    " ",
    "é",
    "#",
  ],
  ...["-/", "\\", "[", "%5c", "%C2%85", "a".repeat(250), "x".repeat(4090)],
);
const target = fc
  .tuple(fc.constantFrom("/", "/", "/", "", "/v2/"), fc.array(piece, { maxLength: 7 }))
  .map(([start, pieces]) => start + pieces.join(""));

test("the rules say what classify says, but for spelling and lists", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...grammars.keys()),
      fc.constantFrom("GET", "HEAD", "PUT"),
      target,
      (site, method, asked) => {
        const said = ruled(site, method, asked);
        if (said === "mirror-list") {
          expect(classified(site, method, asked)).toMatch(/^mirror-list$|^40[04] /);
        } else if (said.startsWith("spelling")) {
          expect(asked.split("?")[0]).toMatch(spelling);
        } else {
          expect([asked, said]).toEqual([asked, classified(site, method, asked)]);
        }
      },
    ),
    { numRuns: 20_000 },
  );
});

test("what vouches for files is told by the same patterns", () => {
  const source = readFileSync(join(__dirname, "../../routing/asked.ts"), "utf8");
  const [, list = ""] = /const metadata: readonly RegExp\[\] = \[(.*?)\n\];/s.exec(source) ?? [];
  const patterns = [...list.matchAll(/^ *\/(?!\/)(.*)\/,$/gm)].map(([, pattern]) => pattern);
  expect(metadataPatterns).toEqual(patterns);
});
