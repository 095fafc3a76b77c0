import fc from "fast-check";
import { grammarOf } from "../../../exports/grammar/grammar";
import { queryPattern } from "../../../exports/grammar/request-patterns";
import { type ContentRule, isContentRule, type Rule } from "../../../exports/grammar/rule";
import { type Asked, classify, longestTarget } from "../../../routing/asked";
import { plainPath } from "../../../routing/plain-path";
import type { Served } from "../../../routing/routing-table";
import { isLong, runs } from "../../property-runs";

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
  index: {
    serves: ["files"],
    directoryIndex: "index.html",
    paths: [
      { path: "bin/new", at: "" },
      { path: "bin", at: "project/release" },
    ],
  },
  nothing: { serves: [] },
  metadata: { serves: ["files"], metadata: { add: ["*.catalog", "a*b*.x"], remove: ["*.sha256", "index.*"] } },
};
const grammars = new Map(Object.entries(sites).map(([site, served]) => [site, grammarOf(served)]));

const compiled = new Map<string, RegExp>();

/** Whether a pattern matches a whole text. */
function isWhole(pattern: string, text: string): boolean {
  const known = compiled.get(pattern) ?? new RegExp(`^(?:${pattern})$`, "s");
  compiled.set(pattern, known);
  return known.test(text);
}

/** Whether a rule matches, as the carriers evaluate it. */
function matches(rule: Rule, method: string, target: string): boolean {
  const [path = ""] = target.split("?", 1);
  if (rule.oci && !/^\/v2(?:\/|$)/.test(path)) return false;
  if (rule.methods === "options") return method === "OPTIONS" && isWhole(rule.pattern, target);
  if (rule.methods === "others") return method !== "GET" && method !== "HEAD";
  if (rule.scope === "request") return isWhole(`${rule.pattern}(?:${queryPattern})?`, target);
  return isWhole(rule.pattern, rule.scope === "path" ? path : target) !== (rule.not ?? false);
}

/** What a rule's request asks for: its template with the texts that were captured. */
function capturedBy(rule: ContentRule, target: string): Asked {
  const [path = ""] = target.split("?", 1);
  const found = new RegExp(`^(?:${rule.pattern})$`).exec(path) ?? [];
  const captured = new Map(rule.captures.map((capture, index) => [`{${capture}}`, found[index + 1] ?? ""]));
  const { before = "", after = "" } = rule.at ?? {};
  const fill = (text: string) => decodeURIComponent(text.replace(/\{\w+\}/g, (each) => captured.get(each) ?? each));
  const fields = Object.entries(rule.asked).map(([key, text]) => [
    key,
    fill(key === "path" ? `${before}${text}${after}` : text),
  ]);
  return Object.fromEntries(fields) as Asked;
}

/** A target as programs normalize it before they read their configuration. */
function tidied(target: string): string {
  const [path = "", ...query] = target.split("?");
  if (!path.startsWith("/") || /[^!-~]/.test(path) || target.length > longestTarget) return target;
  return [plainPath(path, "escaped") ?? path, ...query].join("?");
}

/** The result of a site's rules: what is requested, or the status and body of a refusal. */
function ruled(site: string, method: string, received: string): string {
  const target = tidied(received);
  const rule = grammars.get(site)?.find((each) => matches(each, method, target));
  if (rule === undefined) return "no rule";
  if (isContentRule(rule)) return JSON.stringify(capturedBy(rule, target));
  if ("page" in rule) return `page ${rule.page}`;
  return rule.id === "spelling" || rule.id === "spelling-oci" || rule.id === "mirror-list"
    ? rule.id
    : `${rule.answer.status} ${rule.answer.body.trim()}`;
}

/** The result of `classify`, in the same form. */
function classified(site: string, method: string, target: string): string {
  const { asked } = classify({ method, target, served: sites[site] as Served });
  if (asked.class === "page") return `page ${asked.page}`;
  if (asked.class === "ping") return "200 {}";
  if (asked.class === "options") return "204 ";
  if (asked.class === "mirror-list") return asked.class;
  if (asked.class !== "refused") return JSON.stringify(asked);
  const { status, code, message, oci } = asked;
  return `${status} ${oci ? JSON.stringify({ errors: [{ code, message }] }) : message}`;
}

/** An equivalent path in a spelling that configurations pass on; undefined if there is none. */
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
    "/./",
    "/..",
    "a.catalog",
    "axb.x",
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
    "?[{|}]^`\\",
    '"',
    " ",
    "é",
    "#",
  ],
  ...["-/", "\\", "[", "%5c", "%C2%85", "%ef%bf%bf", "%F0%9F%98%80", "/-/", "a".repeat(250), "x".repeat(4090)],
);
const target = fc
  .tuple(fc.constantFrom("/", "/", "/", "", "/v2/"), fc.array(piece, { maxLength: 7 }))
  .map(([start, pieces]) => start + pieces.join(""));

test("the rules agree with classify, except for spelling and lists", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...grammars.keys()),
      fc.constantFrom("GET", "HEAD", "PUT", "OPTIONS"),
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
    runs(2_000),
  );
});

/** How a site answers a path, with its spelling. */
function agreement(path: string): { readonly rules: string; readonly classify: string } {
  return { rules: ruled("files", "GET", path), classify: classified("files", "GET", path) };
}

/** Beyond the first plane, only every 61st character and the noncharacters at the end of each plane are tried. */
function isTried(code: number): boolean {
  return isLong || code <= 0xffff || code % 61 === 0 || (code & 0xfffe) === 0xfffe;
}

test("every character of Unicode, escaped: refused by both or by none", () => {
  const malformed = "400 This path is not well-formed.";
  const wrong: string[] = [];
  const rules = grammars.get("files")?.filter(({ id }) => id === "malformed" || id === "spelling") ?? [];
  for (let code = 0; code <= 0x10ffff; code++) {
    if ((code >= 0xd800 && code <= 0xdfff) || !isTried(code)) continue;
    const hexadecimal = [...Buffer.from(String.fromCodePoint(code))].map((byte) => byte.toString(16).padStart(2, "0"));
    const path = `/a${hexadecimal.map((byte) => `%${byte}`).join("")}`;
    const refusing = rules.find((rule) => matches(rule, "GET", path))?.id;
    const isMalformed = classified("files", "GET", path) === malformed;
    if ((refusing === "malformed") !== isMalformed) wrong.push(`${path} is ${refusing}`);
    // Only ASCII can be written without an escape.
    if (code > 0x7f && refusing === "spelling") wrong.push(`${path} is ${refusing}`);
  }
  expect(wrong).toEqual([]);
});

const byte = fc.oneof(
  fc.constantFrom(0xed, 0xef, 0xf0, 0xf4, 0xbf, 0xbe, 0xb7, 0xa0, 0x9f, 0x90, 0x8f, 0x80),
  fc.nat(255),
);

test("escaped bytes that need not be UTF-8: refused by both or by none", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(byte, fc.boolean()), { minLength: 1, maxLength: 5 }), (bytes) => {
      const escapes = bytes.map(([value, upper]) => {
        const text = value.toString(16).padStart(2, "0");
        return `%${upper ? text.toUpperCase() : text}`;
      });
      const { rules, classify: classes } = agreement(`/a${escapes.join("")}`);
      if (rules === "spelling") expect(classes).not.toMatch(/well-formed/);
      else expect(rules).toBe(classes);
    }),
    runs(2_000),
  );
});

test.each([
  ["/-/health", "files"],
  ["/-/", "files"],
  ["/-", "files"],
  ["/-a/b", "files"],
  ["/a/-/b", "files"],
  ["/-/status.json", "both"],
  ["/-/x", "images"],
  ["/-/x", "paths"],
  ["/bin/new", "paths"],
  ["/bin/new/", "paths"],
  ["/bin/new/", "index"],
  ["/bin/new", "index"],
  ["/bin/new/x/", "index"],
  ["/bin/", "index"],
  ["/bin", "index"],
  ["/stable.txt", "paths"],
  ["/a%ef%bf%be", "files"],
  ["/a%EF%B7%90", "files"],
  ["/a%f4%8f%bf%bf", "files"],
])("%s on a host of %s", (path, site) => {
  expect(ruled(site, "GET", path)).toBe(classified(site, "GET", path));
});
