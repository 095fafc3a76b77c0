import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { staleAfterDays } from "../../../networks/stale-after";
import { statusPage, statusPageHeaders } from "../../../redirector/pages/status-page";
import type { MirrorStatus, StatusReport } from "../../../redirector/pages/status-report";
import { palette } from "../../../redirector/pages/status-style";
import { now, richReport } from "./status-report";

/** Elements that have no end tag: HTML Standard, section 13.1.2, "Void elements". */
const empty = new Set(["meta", "link", "input", "wbr"]);
const notNested: Readonly<Record<string, readonly string[]>> = {
  p: ["p", "div", "ul", "dl", "table", "section", "form", "h1", "h2", "details"],
  a: ["a", "button", "input"],
  td: ["td", "th", "tr"],
  th: ["td", "th", "tr"],
  tr: ["tr", "tbody"],
  li: ["li"],
};

/** The problems of a document's nesting. Every element that can have an end tag must have one. */
function nestingProblems(document: string): string[] {
  const problems: string[] = [];
  const open: string[] = [];
  for (const [tag, slash, name = "", closed] of document.matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*?(\/?)>/g)) {
    if (slash) {
      const last = open.pop();
      if (last !== name) problems.push(`${tag} ends ${last}`);
      continue;
    }
    for (const outer of open) if (notNested[outer]?.includes(name)) problems.push(`${tag} in ${outer}`);
    if (!closed && !empty.has(name)) open.push(name);
  }
  return [...problems, ...open.map((name) => `${name} is not ended`)];
}

/** The values of an attribute, in order. */
function attributes(document: string, name: string): string[] {
  return [...document.matchAll(new RegExp(` ${name}="([^"]*)"`, "g"))].map(([, value = ""]) => value);
}

function rowsOf(document: string): string[] {
  const [table = ""] = /<table class="mirrors">[\s\S]*?<\/table>/.exec(document) ?? [];
  return [...table.matchAll(/<tr id="m\d+">[\s\S]*?<\/tr>/g)].map(([row]) => row);
}

const characters: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** The visible text of a piece of HTML, without its line breaks. */
function textOf(markup: string): string {
  return markup.replace(/<[^>]*>/g, "").replace(/&([a-z0-9#]+);/g, (_, name: string) => characters[name] ?? "");
}

const well: MirrorStatus = {
  id: "somecdn/everywhere",
  provider: "somecdn",
  state: "active",
  weight: 20,
  origin: false,
  presence: "asked",
  breaker: "closed",
  check: "done",
  decisions: 0,
};

function reportOf(mirrors: readonly MirrorStatus[], more: Partial<StatusReport> = {}): StatusReport {
  const { visitor: _, ...shipped } = richReport();
  return { ...shipped, mirrors, ...more };
}

const shipped = richReport();
const page = statusPage(shipped);

describe("the page of the rich inventory's mirrors", () => {
  test("is well nested, and has unique ids", () => {
    expect(nestingProblems(page)).toEqual([]);
    const ids = attributes(page, "id");
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test("is under 60 KB, and under 16 KB compressed", () => {
    expect(shipped.mirrors).toHaveLength(80);
    expect(Buffer.byteLength(page)).toBeLessThan(60_000);
    expect(gzipSync(page).length).toBeLessThan(16_000);
  });

  test("has its time", () => {
    expect(page).toContain(`<time datetime="${now}">2026-11-20 14:32:07 UTC</time>`);
  });

  test("is the same every time", () => {
    expect(statusPage(richReport())).toBe(page);
  });

  test("has every mirror in its table, once, in the report's order", () => {
    const names = rowsOf(page).map((row) => textOf(/<th[\s\S]*?<\/th>/.exec(row)?.[0] ?? ""));
    expect(names).toEqual(shipped.mirrors.map(({ id }) => id));
  });

  test("has every mirror with a place on its map, and the number of the others", () => {
    const titles = [...page.matchAll(/<title>([^:]*): /g)].slice(1).map(([, id]) => id);
    const placed = shipped.mirrors.filter(({ place }) => place).map(({ id }) => id);
    expect(titles.toSorted()).toEqual(placed.toSorted());
    expect(page).toContain(`${80 - placed.length} mirrors without a place on the map`);
  });

  test("links only to itself, the project and the mirror, and every anchor exists", () => {
    const targets = attributes(page, "href").filter((href) => !href.startsWith("data:"));
    const ids = new Set(attributes(page, "id"));
    const elsewhere = targets.filter((href) => !(href.startsWith("#") && ids.has(href.slice(1))));
    expect(elsewhere).toEqual([
      shipped.info,
      shipped.visitor?.location,
      "status.json?address=35.180.1.1&amp;path=%2Frelease%2Fv1.34.0%2Fbin%2Flinux%2Famd64%2Fkubectl",
    ]);
  });

  test("has no script, no handler, no style but its own, and loads nothing", () => {
    expect(page).not.toMatch(/<(script|img|iframe|object|embed|video|audio|base)\b/i);
    expect(page).not.toMatch(/ (on[a-z]+|style|src|srcset|ping)=/i);
    expect(page).not.toMatch(/javascript:|@import|url\(/i);
    expect(page.match(/<style/g)).toHaveLength(1);
  });

  test("has what assistive technology needs", () => {
    expect(page).toMatch(/^<!DOCTYPE html>\n<html lang="en">/);
    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(page.match(/<h1\b/g)).toHaveLength(1);
    const ids = new Set(attributes(page, "id"));
    for (const id of [...attributes(page, "aria-labelledby"), ...attributes(page, "for")]) expect(ids).toContain(id);
    for (const table of page.match(/<table\b[\s\S]*?<\/table>/g) ?? []) {
      expect(table).toMatch(/^<table[^>]*>\s*<caption>[^<]/);
      expect(table).not.toMatch(/<th(?![^>]*scope=)[ >]/);
    }
    for (const svg of page.match(/<svg\b[^>]*>/g) ?? []) expect(svg).toContain('aria-hidden="true"');
  });

  test("has the state of each mirror in words, and its last failure", () => {
    const row = (id: string) => textOf(rowsOf(page)[shipped.mirrors.findIndex((mirror) => mirror.id === id)] ?? "");
    expect(row("aws/eu-west-3")).toContain("Active");
    expect(row("google/us-central1")).toContain("Active, origin");
    expect(row("google/asia-northeast2")).toContain("Retired");
    expect(row("azure/uksouth")).toContain("Active, breaker probing");
    expect(row("aws/ap-southeast-3")).toContain(
      "Active, breaker open2 minutes ago, 2026-11-20 14:29 UTC: gave no answer within 300 ms, 5 times in a row",
    );
    expect(row("aws/me-central-1")).toContain("Draining12 hours ago, 2026-11-20 02:11 UTC: answered 503");
  });

  test("calls ranges old when `validate` does", () => {
    expect(page).toContain(`after ${staleAfterDays} days they are old`);
    expect(page.match(/class="old"/g)).toHaveLength(1);
    expect(textOf(page)).toContain("azure2026-10-1239 days old");
  });
});

describe("shares", () => {
  test.each([
    ["no decisions yet", [0, 0], ["–", "–"]],
    ["all with one", [7, 0], ["100.0 %", "0 %"]],
    ["a third", [1, 2], ["33.3 %", "66.7 %"]],
    ["hardly any", [1, 99_999], ["< 0.1 %", "100.0 %"]],
    ["many", [1_234_567, 8_765_433], ["12.3 %", "87.7 %"]],
  ])("%s", (_, decisions, expected) => {
    const mirrors = decisions.map((count, index) => ({ ...well, id: `somecdn/${index}`, decisions: count }));
    const shares = rowsOf(statusPage(reportOf(mirrors))).map((row) =>
      textOf(row.slice(row.lastIndexOf("<td>"))).trim(),
    );
    expect(shares.map((share) => share.replaceAll("\u00a0", " "))).toEqual(expected);
  });

  test("of a provider are the sum of its mirrors'", () => {
    const mirrors = [
      { ...well, id: "a/1", provider: "a", decisions: 10 },
      { ...well, id: "b/1", provider: "b", decisions: 50 },
      { ...well, id: "a/2", provider: "a", decisions: 40 },
    ];
    const text = textOf(statusPage(reportOf(mirrors)));
    expect(text).toContain("a 2 mirrors 50.0\u00a0%");
    expect(text).toContain("b 1 mirror 50.0\u00a0%");
    expect(text).toContain("3 mirrors of 2 providers");
  });
});

describe("the verdict", () => {
  test.each<[string, readonly Partial<MirrorStatus>[], string]>([
    ["all are healthy", [{}, { state: "draining" }], "All mirrors in use are healthy."],
    ["one breaker is open", [{ breaker: "open" }, {}], "1 mirror is unhealthy: its clients"],
    [
      "one is open, one probing",
      [{ breaker: "open" }, { breaker: "probing" }],
      "2 mirrors are unhealthy: their clients",
    ],
    ["a retired one does not count", [{ state: "retired", breaker: "open" }], "All mirrors in use are healthy."],
    ["nor does one that is not asked", [{}, { state: "retired", check: "pending" }], "All mirrors in use are healthy."],
    ["none was asked yet", [{ check: "pending" }, { check: "pending" }], "Not checked yet."],
    ["none is ever asked", [{ check: "off" }, { check: "off" }], "Mirrors are not checked, and assumed to be healthy."],
    ["some will be asked", [{ check: "off" }, { check: "pending" }], "Not checked yet."],
    [
      "some were asked",
      [{}, { check: "pending" }, { check: "pending" }, { check: "off" }],
      "All checked mirrors are healthy; 2 mirrors not checked yet, 1 mirror not checked.",
    ],
    ["a known failure takes precedence", [{ check: "pending" }, { breaker: "open" }], "1 mirror is unhealthy: its"],
  ])("%s", (_, changes, words) => {
    const mirrors = changes.map((change, index) => ({ ...well, id: `somecdn/${index}`, ...change }));
    expect(textOf(statusPage(reportOf(mirrors)))).toContain(words);
  });
});

test.each<[Partial<MirrorStatus>, string]>([
  [{}, "Active"],
  [{ origin: true, check: "pending" }, "Active, origin, not checked yet"],
  [{ state: "draining", check: "off" }, "Draining, not checked"],
  [{ state: "retired", check: "pending" }, "Retired"],
  [{ breaker: "open" }, "Active, breaker open"],
])("a mirror that is %j: %s", (change, words) => {
  const text = textOf(statusPage(reportOf([{ ...well, ...change }])));
  expect(text).toContain(`${words}asked`);
});

describe("a visitor's request", () => {
  const request = {
    client: {},
    asked: "file",
    address: "203.0.113.9",
    path: "/x",
    network: "a network of no provider",
  };

  test("rate-limited: the form is empty, and the reason stands in for the result", () => {
    const text = statusPage(reportOf([well]));
    expect(text).toContain('<form method="get" action="#where">');
    expect(attributes(text, "name").filter((name) => name === "address" || name === "path")).toHaveLength(2);
    expect(text).not.toContain('class="outcome"');
    expect(textOf(text)).toContain("Too many requests from your network.");
    expect(text).toContain('href="status.json"');
  });

  test("an answer without a mirror", () => {
    const text = textOf(statusPage(reportOf([well], { visitor: { ...request, status: 404, reasons: [] } })));
    expect(text).toContain("Answered here 404 Not Found");
    expect(text).toContain("No mirror serves this request.");
  });

  test("a withdrawn artifact, and why", () => {
    const visitor = { ...request, status: 410, withdrawn: "<b>built</b> wrongly", reasons: [] };
    const document = statusPage(reportOf([well], { visitor }));
    expect(nestingProblems(document)).toEqual([]);
    expect(document).not.toContain("<b>built");
    expect(textOf(document)).toMatch(/Withdrawn 410 Gone\s*It was withdrawn: <b>built<\/b> wrongly/);
    expect(textOf(document)).not.toContain("No mirror serves this request.");
  });

  test("a redirect to a page instead of a mirror", () => {
    const visitor = { ...request, status: 307, location: "https://example.org/privacy", reasons: [] };
    expect(textOf(statusPage(reportOf([well], { visitor })))).toContain("Redirected 307 Temporary Redirect");
  });

  test("a chosen mirror far down is visible with all before it", () => {
    const reasons = Array.from({ length: 30 }, (_, index) => ({
      mirror: `a/${index}`,
      chosen: index === 20,
      reason: `is number ${index}`,
    }));
    const visitor = { ...request, status: 302, location: "https://a.example/x", reasons };
    const text = statusPage(reportOf([well], { visitor }));
    const [seen = "", rest = ""] = text.split("<details>");
    expect(textOf(seen)).toContain("chosen: is number 20");
    expect(textOf(rest)).toContain("The other 9 mirrors");
    for (const { reason } of reasons) expect(text).toContain(reason);
  });

  test("consecutive mirrors with one reason share a row, and all are named", () => {
    const [rest = ""] = /<details>[\s\S]*<\/details>/.exec(page) ?? [];
    for (const { mirror } of shipped.visitor?.reasons.slice(5) ?? []) expect(textOf(rest)).toContain(mirror);
    expect(rest.match(/serves only google&#39;s own clients/g)).toHaveLength(1);
  });
});

describe("hostile texts", () => {
  const hostile = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</title></svg><script>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<!--",
    "]]>",
    "&lt;b&gt;&#x3c;b>",
    "a\u200bb\u200ec\u061cd\u2028e\ufefff\u00adg\u{e0041}",
    "\u202egnp.exe\u0000\u001b[31m\r\nSet-Cookie: a=b",
    "\ud800",
    "$& $1 $`",
  ];

  function reportWith(text: string): StatusReport {
    const mirror: MirrorStatus = {
      ...well,
      id: text,
      provider: text,
      region: text,
      place: { latitude: 1, longitude: 2 },
      trouble: { at: text, words: text },
    };
    return {
      project: text,
      info: text,
      generatedAt: text,
      build: text,
      table: { issued: text, loadedAt: text, checksum: text, prefixes: 1, lastTrouble: text },
      ranges: [{ name: text, asOf: text }],
      mirrors: [mirror],
      visitor: {
        address: text,
        path: text,
        network: text,
        client: {},
        asked: text,
        status: 307,
        location: text,
        reasons: [
          { mirror: text, chosen: true, reason: text },
          { mirror: `${text}/2`, chosen: false, reason: text },
        ],
      },
    };
  }

  /** A document's elements and their attributes' names, without any text. */
  function skeleton(document: string): string[] {
    return [...document.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, ""));
  }

  const plain = skeleton(statusPage(reportWith("plain")));

  test.each(hostile)("%j changes no element and no attribute", (text) => {
    const document = statusPage(reportWith(text));
    expect(skeleton(document)).toEqual(plain);
    expect(nestingProblems(document)).toEqual([]);
    expect(document).not.toMatch(/(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  test("any text changes no element and no attribute, and throws nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        fc.pre(!/^https?:/i.test(text) && text.length > 0);
        expect(skeleton(statusPage(reportWith(text)))).toEqual(plain);
      }),
    );
  });

  test("a typed address stays in the field unchanged", () => {
    const document = statusPage(reportWith(`"><b>'&amp;`));
    expect(attributes(document, "value")).toEqual([
      "&quot;&gt;&lt;b&gt;&#39;&amp;amp;",
      "&quot;&gt;&lt;b&gt;&#39;&amp;amp;",
    ]);
  });

  test("a text that is not a web address is not a link", () => {
    expect(statusPage(reportWith("javascript:alert(1)"))).not.toContain('href="javascript:');
  });
});

describe("other reports", () => {
  test("no mirrors at all", () => {
    const document = statusPage(reportOf([]));
    expect(nestingProblems(document)).toEqual([]);
    expect(textOf(document)).toContain("0 mirrors of 0 providers");
  });

  test("a refused table is shown", () => {
    const { table } = shipped;
    const document = statusPage(reportOf([well], { table: { ...table, lastTrouble: "a third fewer prefixes" } }));
    expect(textOf(document)).toContain("A newer table was refused: a third fewer prefixes");
  });

  test("the last audit is shown", () => {
    const stores = [
      { store: "aws/us registry", there: 1_200, missing: 3, other: 1, unexpected: 0 },
      { store: "hoster/<b> files", there: 7, missing: 0, other: 0 },
    ];
    const audit = { at: "2026-11-20T11:00:00Z", isClean: false, stores };
    const overlay = { issued: now, loadedAt: now, withdrawals: 0, audit };
    const document = statusPage(reportOf([well], { overlay }));
    expect(nestingProblems(document)).toEqual([]);
    expect(document).not.toContain("<b>");
    const text = textOf(document).replace(/\s+/g, " ");
    expect(text).toContain("2026-11-20 11:00 UTC 3 hours ago: Mirrors differed from what was promoted.");
    expect(text).toMatch(/aws\/us registry ?1,200 ?3 ?1 ?0/);
    expect(text).toMatch(/hoster\/.* files ?7 ?0 ?0 ?not listed/);
    expect(textOf(statusPage(reportOf([well])))).not.toContain("Last audit");
  });

  test("an overlay is shown, with its age and the newest promotion", () => {
    const overlay = {
      issued: "2026-11-20T11:00:00Z",
      loadedAt: now,
      promotion: 1_212,
      objects: 100_000,
      withdrawals: 3,
    };
    const document = statusPage(reportOf([well], { overlay: { ...overlay, lastTrouble: "it is damaged" } }));
    expect(nestingProblems(document)).toEqual([]);
    const text = textOf(document).replace(/\s+/g, " ");
    expect(text).toContain("A newer overlay was refused: it is damaged");
    expect(text).toMatch(/Newest promotion ?1,212 100,000 objects/);
    expect(text).toMatch(/Overlay issued ?2026-11-20 11:00 UTC 3 hours ago/);
    expect(text).toMatch(/Withdrawn ?3/);
    const { promotion: _, objects: __, ...bare } = overlay;
    expect(textOf(statusPage(reportOf([well], { overlay: bare })))).not.toContain("Newest promotion");
    expect(textOf(statusPage(reportOf([well])))).not.toContain("Overlay");
  });

  test("a fallback in force is shown", () => {
    const { table } = shipped;
    const words = "Only the fallback table is in use: all clients are sent to the origin";
    expect(textOf(statusPage(reportOf([well], { table: { ...table, fallback: true } })))).toContain(words);
    expect(textOf(statusPage(reportOf([well], { table })))).not.toContain(words);
  });

  test("failures beyond the listed ones are counted", () => {
    const mirrors = Array.from({ length: 9 }, (_, index) => ({
      ...well,
      id: `somecdn/${index}`,
      trouble: { at: `2026-11-20T0${index}:00:00Z`, words: `trouble ${index}` },
    }));
    const [list = ""] = /<ul class="troubles">[\s\S]*?<\/section>/.exec(statusPage(reportOf(mirrors))) ?? [];
    expect([...list.matchAll(/trouble (\d)/g)].map(([, index]) => Number(index))).toEqual([8, 7, 6, 5, 4, 3]);
    expect(textOf(list)).toContain("And 3 more mirrors");
  });

  test("the table has all 800 mirrors", () => {
    const mirrors = Array.from({ length: 10 }, (_, turn) =>
      shipped.mirrors.map((mirror) => ({ ...mirror, id: `${mirror.id}-${turn}` })),
    ).flat();
    expect(rowsOf(statusPage(reportOf(mirrors)))).toHaveLength(800);
  });
});

describe("the headers", () => {
  test("allow the page's own style by its hash, and nothing else", () => {
    const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(statusPageHeaders["Content-Security-Policy"]?.split("; ")).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "img-src data:",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test("keep the page out of caches, frames and referrers", () => {
    expect(statusPageHeaders).toMatchObject({
      "Content-Type": "text/html; charset=utf-8",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-store",
    });
  });
});

describe("the colours", () => {
  /** WCAG 2.2, "relative luminance". */
  function luminance(colour: string): number {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  /** WCAG 2.2, "contrast ratio". */
  function contrast(a: string, b: string): number {
    const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  }

  type Colour = keyof typeof palette.light;
  const texts: readonly (readonly [Colour, readonly Colour[]])[] = [
    ["text", ["page", "surface", "tint"]],
    ["muted", ["page", "surface", "tint"]],
    ["accent", ["page", "surface", "tint"]],
    ["on-accent", ["accent"]],
    ["red", ["surface", "tint"]],
  ];
  const shapes: readonly (readonly [Colour, readonly Colour[]])[] = [
    ["accent", ["surface", "land", "line"]],
    ["amber", ["page", "surface", "land", "tint"]],
    ["violet", ["page", "surface", "land", "tint"]],
    ["red", ["page", "surface", "land", "tint"]],
    ["gray", ["page", "surface", "land", "tint"]],
    ["text", ["land"]],
    ["control", ["surface", "page"]],
  ];

  describe.each(["light", "dark"] as const)("%s", (theme) => {
    const colours: Readonly<Record<Colour, string>> = palette[theme];
    test.each(texts.flatMap(([text, grounds]) => grounds.map((ground) => [text, ground] as const)))(
      "%s can be read on %s",
      (text, ground) => {
        expect(contrast(colours[text], colours[ground])).toBeGreaterThanOrEqual(4.5);
      },
    );
    test.each(shapes.flatMap(([shape, grounds]) => grounds.map((ground) => [shape, ground] as const)))(
      "%s can be seen on %s",
      (shape, ground) => {
        expect(contrast(colours[shape], colours[ground])).toBeGreaterThanOrEqual(3);
      },
    );
  });
});
