import fc from "fast-check";
import { parseAddress } from "../../networks/parsed-address";
import { compilePrefixTable } from "../../networks/prefix-table";
import { findTrialProblem } from "../../redirector/tables/find-trial-problem";
import { assumeAllHeld } from "../../routing/conditions";
import { requireTableContent } from "../../routing/require-table-content";
import { respond } from "../../routing/respond";
import { decodeRoutingTable, encodeRoutingTable, type RoutingTableContent } from "../../routing/routing-table";
import { runs } from "../property-runs";
import { blob } from "./asking";
import { madeMirror, madeTable } from "./handmade-table";

const { bytes: prefixes } = compilePrefixTable([[{ prefix: "198.51.100.0/24", value: 0 }]]);

/** A table with every possible member. */
const full: RoutingTableContent = {
  ...madeTable([madeMirror("aws/eu", { region: "eu", place: { latitude: 48, longitude: 2 }, serves: ["eu-*"] })])
    .content,
  ranges: [{ name: "aws", asOf: "2026-11-21" }],
  hosts: [
    {
      name: "dl.example.org",
      serves: ["files"],
      paths: [{ path: "release", at: "" }],
      directoryIndex: "index.html",
      metadata: { add: ["*.catalog"], remove: ["*.sh"] },
    },
    { name: "registry.example.org", serves: ["images"] },
  ],
  credits: { aws: { until: "2027-12-31", month: "2026-11", left: 0.5 } },
  canary: { blob: { name: "pause", digest: `sha256:${"a".repeat(64)}` }, file: "stable.txt" },
  networks: [
    { provider: "aws", region: "eu", asn: 64_500, country: "FR", place: { latitude: 48, longitude: 2 }, avoidedBy: [] },
  ],
};

/** A copy with one part changed; the path's parts are between dots. */
function changed(path: string, value: unknown): unknown {
  const copy = structuredClone(full) as unknown as Record<string, unknown>;
  const names = path.split(".");
  const last = names.pop() ?? "";
  const at = names.reduce((part, name) => part[name] as Record<string, unknown>, copy);
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

test("a complete table is accepted", () => {
  expect(requireTableContent(full)).toBe(full);
});

test.each([
  ...[
    "project",
    "issued",
    "prefixes",
    "ranges",
    "status",
    "pages",
    "hosts",
    "mirrors",
    "origin",
    "credits",
    "networks",
  ],
  ...["pages.info", "pages.privacy", "hosts.0.name", "hosts.0.serves", "hosts.0.paths.0.path", "hosts.0.paths.0.at"],
  ...["id", "provider", "state", "weight", "complete", "trusted", "primary"].map((name) => `mirrors.0.${name}`),
  ...["mirrors.0.place.latitude", "credits.aws.until", "canary.blob.name", "canary.blob.digest", "ranges.0.asOf"],
  "networks.0.place.longitude",
])("without %s it is refused", (path) => {
  const named = path.replace(/\.(\d+)/g, "[$1]");
  expect(() => requireTableContent(changed(path, undefined))).toThrow(`${named} is missing`);
});

test.each<[string, unknown, string]>([
  ["status", 0, "status is not 302 or 307"],
  ["status", "307", "status is not 302 or 307"],
  ["prefixes", -1, "prefixes is not a whole number"],
  ["hosts", {}, "hosts is not a list"],
  ["hosts.0", null, "hosts[0] is not an object"],
  ["hosts.0.name", "evil\r\nX: y", "hosts[0].name is not a host's name"],
  ["hosts.1.name", "dl.example.org", "hosts contains dl.example.org twice"],
  ["hosts.0.serves", ["torrents"], "hosts[0].serves[0] is not images or files"],
  ["hosts.0.metadata.add", undefined, "hosts[0].metadata.add is missing"],
  ["hosts.0.metadata.remove", "*.sh", "hosts[0].metadata.remove is not a list"],
  ["hosts.0.metadata.add", ["*a*b*"], "hosts[0].metadata.add[0] is not a file name with at most two *"],
  ["mirrors.0.id", "aws", "mirrors[0].id is not PROVIDER/MIRROR"],
  ["mirrors.0.weight", "many", "mirrors[0].weight is not a number from 0"],
  ["mirrors.0.state", "gone", "mirrors[0].state is not active or draining or retired"],
  ["mirrors.0.files", "https:///{path}", "mirrors[0] files: the URL has no host"],
  ["mirrors.0.files", "javascript:{path}", "mirrors[0] files: this is not an http or https URL"],
  ["mirrors.0.files", "http://mirror.example.net/{path}", "mirrors[0] files: the URL is not https"],
  ["mirrors.0.blobs", "https://mirror.example.net/", "mirrors[0] blobs: the template lacks {digest}"],
  ["mirrors.0.blobs", 7, "mirrors[0].blobs is not a string"],
  ["mirrors.0.place", { latitude: 91, longitude: 0 }, "mirrors[0].place.latitude is not a number from -90 to 90"],
  ["origin", "nobody/here", "mirrors does not contain the origin nobody/here"],
  ["pages.info", "//evil.example", "pages.info: this is not an http or https URL"],
  ["credits.aws.left", 2, "credits.aws.left is not a number from 0 to 1"],
  ["canary.blob.digest", "md5:0", "canary.blob.digest is not a digest"],
  ["networks.0.avoidedBy", "all", "networks[0].avoidedBy is not a list"],
])("%s = %j is refused", (path, value, words) => {
  expect(() => requireTableContent(changed(path, value))).toThrow(words);
});

test.each([null, [], "text", 7])("%j is not content", (parsed) => {
  expect(() => requireTableContent(parsed)).toThrow("it is not an object");
});

test("the first three problems are named, and how many more there are", () => {
  expect(() => requireTableContent({})).toThrow(/is missing; .* is missing; .* is missing; and 8 more$/);
});

/** Every place in a value, as paths. */
function placesIn(value: unknown, path: readonly string[] = []): string[] {
  const below = Object.entries(value instanceof Object ? value : {}).flatMap(([name, part]) =>
    placesIn(part, [...path, name]),
  );
  return path.length === 0 ? below : [path.join("."), ...below];
}

test("any mutated table is refused or answers every request", () => {
  const anything = fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>);
  fc.assert(
    fc.property(fc.constantFrom(...placesIn(full)), anything, (path, value) => {
      let table: ReturnType<typeof decodeRoutingTable>;
      try {
        table = decodeRoutingTable(encodeRoutingTable(changed(path, value) as RoutingTableContent, prefixes));
        if (findTrialProblem(table) !== undefined) return;
      } catch {
        return;
      }
      for (const { name: host } of table.content.hosts) {
        for (const target of [
          "/",
          "/release/a",
          "/release/SHA256SUMS?x",
          "/release/a?mirrorlist",
          blob(),
          "/v2/a/tags/list",
        ]) {
          for (const address of ["198.51.100.1", "192.0.2.1", ""]) {
            respond(
              table,
              { method: "GET", target, host, address: parseAddress(address) },
              assumeAllHeld("2026-11-21"),
            );
          }
        }
      }
    }),
    runs(300),
  );
});
