import fc from "fast-check";
import { parse } from "yaml";
import { envoyConfiguration } from "../../exports/envoy/envoy-configuration";
import { envoyText } from "../../exports/envoy/envoy-text";
import type { ExportOptions } from "../../exports/export-options";
import { nginxConfiguration } from "../../exports/nginx/nginx-configuration";
import { nginxText } from "../../exports/nginx/nginx-text";
import { findTemplateProblem } from "../../networks/find-template-problem";
import { findPageUrlProblem } from "../../networks/find-url-problem";
import { runs } from "../property-runs";
import { madeMirror, madeTable } from "../routing/handmade-table";
import { allNamed, type Directive, nginxDirectives, withVariables } from "./nginx/nginx-directives";

/** Valid parts of URLs (RFC 3986) that configuration languages could misread. */
const piece = fc.constantFrom(
  ...["$", "$host", "$1", "$$", "$dollar", "%25", "%25REQ(x)%25", "%24%7Bhost%7D", "%5C1", "%22", "%0A"],
  ...["'", ";", "&", "=", "(", ")", "*", "+", ",", "!", "~", ":", "@", "/", "a", "Z", "0", "-", "_", "."],
  ...["#", "yes", "null", "1e3", "default", "include"],
);
const pieces = fc.array(piece, { maxLength: 12 }).map((all) => all.join(""));
const host = fc.constantFrom("https://a.example", "https://B.Example:443", "https://c.example:8443");
const withoutHash = (text: string) => text.replaceAll("#", "");

const page = fc
  .tuple(host, fc.constantFrom("", "/", "?", "#"), pieces)
  .map(([start, next, rest]) => start + next + (next === "" ? "" : rest))
  .filter((text) => findPageUrlProblem(text) === undefined);
const template = (placeholders: readonly string[]) =>
  fc
    .tuple(host, pieces, fc.array(pieces, { minLength: placeholders.length, maxLength: placeholders.length }))
    .map(([start, before, between]) =>
      withoutHash(`${start}/${before}${placeholders.map((name, index) => `{${name}}${between[index]}`).join("")}`),
    );
const files = template(["path"]).filter((text) => findTemplateProblem(text, "path", []) === undefined);
const blobs = template(["name", "digest"]).filter(
  (text) => findTemplateProblem(text, "digest", ["name"]) === undefined,
);

const hosts = [
  { name: "dl.example.org", serves: ["files" as const] },
  { name: "registry.example.org", serves: ["images" as const] },
];

/** A table with these URLs; some clients are sent to each. */
function optionsFor(urls: readonly { files: string; blobs: string }[], info: string, privacy: string): ExportOptions {
  const mirrors = urls.map((url, index) => madeMirror(`p${index}/m`, { ...url, complete: true }));
  const networks = Object.fromEntries(urls.map((_, index) => [`10.${index}.0.0/16`, { provider: `p${index}` }]));
  return {
    table: madeTable(mirrors, networks, { pages: { info, privacy }, hosts }),
    today: "2026-11-21",
    clientAddress: { from: "socket" },
    listen: { host: "127.0.0.1", port: 8080 },
  };
}

const captured = {
  dollar: "$",
  asked_path: "{path}",
  asked_name: "{name}",
  asked_algorithm: "{algorithm}",
  asked_hex: "{hex}",
  asked_reference: "{reference}",
  passed_query: "",
  passed_more: "",
};

/** The redirect targets of a configuration, read back from it. */
function nginxPlaces(configuration: string): Set<string> {
  const directives = nginxDirectives(configuration);
  const inMaps = allNamed(directives, "map")
    .filter(({ args }) => args[2]?.startsWith("$url_of_"))
    .flatMap(({ block = [] }) => block.map(({ args }) => args[1] ?? ""));
  const returned = allNamed(directives, "return")
    .filter(({ args }) => args[1] === "307" && !args[2]?.startsWith("$url_of_"))
    .map(({ args }: Directive) => args[2] ?? "");
  return new Set([...inMaps, ...returned].map((value) => withVariables(value, captured)));
}

interface Route {
  readonly redirect?: {
    readonly scheme_redirect: string;
    readonly host_redirect: string;
    readonly port_redirect?: number;
    readonly regex_rewrite: { readonly substitution: string };
  };
  readonly response_headers_to_add: readonly { readonly header: { readonly key: string; readonly value: string } }[];
}

function routesIn(value: unknown): Route[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "response_headers_to_add" in value ? [value as Route] : [];
  return [...own, ...Object.values(value).flatMap(routesIn)];
}

/** As {@link nginxPlaces}; captures are numbers in braces. */
function envoyPlaces(configuration: string): Set<string> {
  const places = routesIn(parse(configuration)).flatMap(({ redirect, response_headers_to_add: headers }) => {
    const location = headers.find(({ header }) => header.key === "Location")?.header.value;
    if (location !== undefined) return [location.replace(/%(.)/gs, (_, next) => (next === "%" ? "%" : "operator"))];
    if (redirect === undefined) return [];
    const port = redirect.port_redirect === undefined ? "" : `:${redirect.port_redirect}`;
    const path = redirect.regex_rewrite.substitution.replace(/\\(.)/gs, (_, next) =>
      next === "\\" ? next : `{${next}}`,
    );
    return [`${redirect.scheme_redirect}://${redirect.host_redirect}${port}${path}`];
  });
  return new Set(places);
}

const filled = (text: string) => text.replace("{digest}", "{algorithm}:{hex}");
const numbered = (text: string) =>
  text.replace("{path}", "{1}").replace("{name}", "{1}").replace("{digest}", "{2}:{3}");

test("any valid URL of an inventory appears literally in a configuration", () => {
  const urls = fc.array(fc.record({ files, blobs }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(urls, page, page, (all, info, privacy) => {
      const options = optionsFor(all, info, privacy);
      const nginx = nginxPlaces(nginxConfiguration(options).text);
      for (const text of [info, privacy, ...all.flatMap((url) => [filled(url.files), filled(url.blobs)])]) {
        expect(nginx).toContain(text);
      }
      const sayable = all.filter((url) => !/\?/.test(url.files + url.blobs));
      const envoy = envoyPlaces(envoyConfiguration(optionsFor(sayable, info, privacy)).text);
      for (const text of [info, privacy, ...sayable.flatMap((url) => [numbered(url.files), numbered(url.blobs)])]) {
        expect(envoy).toContain(text);
      }
    }),
    runs(3),
  );
});

test("any text becomes one literal nginx argument", () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."$\"'\\{};#~ \nan1\u00e9") }));
  fc.assert(
    fc.property(text, fc.constantFrom("line", "body", "name"), (each, place) => {
      const read = () => {
        const [{ args = [] } = {}, ...others] = nginxDirectives(`return ${nginxText(each, place, "a")};`);
        expect([others, args.length]).toEqual([[], 2]);
        return place === "name" ? args[1] : withVariables(args[1] ?? "", captured);
      };
      const isRefused = /\p{Cc}/u.test(place === "body" ? each.replaceAll("\n", "") : each);
      if (isRefused) expect(read).toThrow(/control character/);
      else expect(read()).toBe(each);
    }),
  );
});

test("strings longer than nginx reads are refused, and so are line breaks for Envoy", () => {
  expect(() => nginxText("a".repeat(4_095), "line", "project.info")).toThrow(/^project\.info: it is longer/);
  expect(nginxText("a".repeat(4_094), "line", "project.info")).toHaveLength(4_096);
  for (const place of ["header", "rewrite", "plain"] as const) {
    expect(() => envoyText("https://a.example/\r\nX: y", place, "project.info")).toThrow(/^project\.info: .*control/);
  }
});

test("no name can break out of a comment", () => {
  const issued = "2026\n} include /etc/passwd; {\u2028- evil: true\u0085x";
  const hostile = { ...optionsFor([], "https://a.example", "https://a.example"), table: madeTable([], {}, { issued }) };
  for (const make of [nginxConfiguration, envoyConfiguration]) {
    expect(make(hostile).text).not.toMatch(/^[^#\n]*(?:include|evil)/m);
  }
});
