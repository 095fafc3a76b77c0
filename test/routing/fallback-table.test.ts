import { parse, stringify } from "yaml";
import { parseAddress } from "../../networks/parsed-address";
import { assumeAllHeld } from "../../routing/conditions";
import { fallbackTable } from "../../routing/fallback-table";
import { respond } from "../../routing/respond";
import { decodeRoutingTable } from "../../routing/routing-table";
import { smallFacts } from "../stacks/stacks";
import { fixture, inventoryOf, tableOf } from "./tables";

interface Document {
  readonly project: { privacy: string };
  readonly hosts: Record<string, unknown>;
  redirector: Record<string, unknown>;
  origin: string;
  readonly providers: Record<string, { credits?: unknown; networks?: unknown; mirrors: Record<string, object> }>;
}

/** The fallback of the small inventory with a change, in hexadecimal. */
function changed(change: (document: Document) => void): string {
  const document = parse(fixture("small")) as Document;
  // Published ranges take a second to compile, and the fallback has none.
  for (const provider of Object.values(document.providers)) delete provider.networks;
  change(document);
  return Buffer.from(fallbackTable(tableOf(inventoryOf(stringify(document)), smallFacts))).toString("hex");
}

const unchanged = changed(() => {});

test.each<[string, (document: Document) => void]>([
  [
    "a mirror is added",
    ({ providers }) => Object.assign(providers.google?.mirrors ?? {}, { "us-east1": { bucket: {} } }),
  ],
  ["a mirror is removed", ({ providers }) => delete providers.aws?.mirrors["eu-west-1"]],
  ["a provider is removed", ({ providers }) => delete providers.cdn],
  ["a mirror drains", ({ providers }) => Object.assign(providers.store?.mirrors.germany ?? {}, { state: "draining" })],
  [
    "a mirror becomes trusted",
    ({ providers }) => {
      Object.assign(providers.google?.mirrors["europe-west1"] ?? {}, { trusted: true });
    },
  ],
  ["a credit changes", ({ providers }) => delete providers.aws?.credits],
  [
    "the origin serves other regions, and gets a weight",
    ({ providers }) => {
      Object.assign(providers.google?.mirrors["us-central1"] ?? {}, { serves: ["us-*"], weight: 3 });
    },
  ],
  [
    "a network is claimed",
    ({ providers }) => {
      Object.assign(providers.store ?? {}, { networks: [{ prefixes: ["203.0.113.0/24"] }] });
    },
  ],
  ["the canary changes", ({ redirector }) => Object.assign(redirector, { canary: { file: "stable.txt" } })],
])("stays the same when %s", (_, change) => {
  expect(changed(change)).toBe(unchanged);
});

test.each<[string, (document: Document) => void]>([
  ["a host is added", ({ hosts }) => Object.assign(hosts, { "more.example.org": { serves: ["files"] } })],
  [
    "the origin changes",
    (document) => {
      document.origin = "google/europe-west1";
      document.providers.google = { ...document.providers.google, primary: "europe-west1" } as never;
    },
  ],
  ["a page changes", ({ project }) => Object.assign(project, { privacy: "https://example.org/other" })],
])("changes when %s", (_, change) => {
  expect(changed(change)).not.toBe(unchanged);
});

test("sends every client of every host to the origin", () => {
  const table = decodeRoutingTable(Buffer.from(unchanged, "hex"));
  const digest = `sha256:${"a".repeat(64)}`;
  const location = (host: string, target: string, address: string) =>
    respond(table, { method: "GET", target, host, address: parseAddress(address) }, assumeAllHeld("2026-11-21")).answer
      .location;
  for (const address of ["35.180.1.1", "34.44.0.1", "192.0.2.1", "2a01:4f8::1", ""]) {
    for (const target of [`/v2/pause/blobs/${digest}`, `/v2/pause/manifests/${digest}`, "/v2/pause/manifests/3.9"]) {
      expect(location("registry.example.org", target, address)).toMatch(
        /^https:\/\/us-central1-docker\.pkg\.dev\/v2\//,
      );
    }
    for (const target of ["/bin/kubectl", "/stable.txt", "/SHA256SUMS"]) {
      expect(location("dl.example.org", target, address)).toMatch(
        /^https:\/\/storage\.googleapis\.com\/[a-z0-9-]*us-central1\//,
      );
    }
  }
  expect(location("dl.example.org", "/privacy", "192.0.2.1")).toBe("https://example.org/privacy");
});
