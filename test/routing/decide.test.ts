import fc from "fast-check";
import { parseAddress } from "../../networks/parsed-address";
import { allHeaders } from "../../routing/answer";
import type { Conditions, Presence } from "../../routing/conditions";
import { decide } from "../../routing/decide";
import { respond } from "../../routing/respond";
import type { RoutingTable } from "../../routing/routing-table";
import { runs } from "../property-runs";
import { allHeld, type RequestChanges } from "./asking";
import { madeMirror, madeReplica, madeTable } from "./handmade-table";
import { allListed, fixture, inventoryOf, richInventory, tableOf } from "./tables";

const hex = "da86e6ba6ca197bf6bc5e9d900febd906b133eaa4750e6bed647b0fbe50ed43e";
const digest = `sha256:${hex}`;
const blob = `/v2/pause/blobs/${digest}`;
const facts = { aws: { distributions: { "eu-west-1": "d111111abcdef8.cloudfront.net" } } };
const smallInventory = inventoryOf(fixture("small"));
const small = tableOf(smallInventory, allListed(smallInventory, facts));
const rich = tableOf(richInventory());

const paris = "35.180.1.1";
const finland = "35.220.26.1";
const virginia = "20.42.0.1";
const unaffiliated = "192.0.2.1";
const hoster = "5.9.0.1";

function located(table: RoutingTable, { address = unaffiliated, ...request }: RequestChanges): string | undefined {
  const asked = {
    method: "GET",
    target: blob,
    host: "registry.example.org",
    address: parseAddress(address),
    ...request,
  };
  return decide(table, asked, allHeld).location;
}

/** A table of the small inventory, changed. */
function changed(...changes: [from: string, to: string][]): RoutingTable {
  const text = changes.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`the fixture has no ${from}`);
    return before.replace(from, to);
  }, fixture("small"));
  const inventory = inventoryOf(text);
  return tableOf(inventory, allListed(inventory, facts));
}

const aws = (region: string) => `https://k8s-artifacts-aws-${region}.s3.dualstack.${region}.amazonaws.com`;

describe("known clients of the rich inventory, as registry.k8s.io's tests name them", () => {
  test.each([
    ["35.180.1.1", aws("eu-west-3")],
    ["52.94.76.1", aws("us-west-2")],
    ["52.94.77.1", aws("us-west-2")],
    ["52.93.127.172", aws("us-east-1")],
    ["2400:6500:0:9::1", aws("ap-southeast-3")],
    ["2400:6500:0:9::2", aws("ap-southeast-3")],
    ["2400:6500:0:9::3", aws("ap-southeast-3")],
    ["2600:1f01:4874::47", aws("us-west-2")],
    // Inside a prefix without a region: the longest prefix is us-west-2's.
    ["15.193.7.5", aws("us-west-2")],
    ["::ffff:35.180.1.1", aws("eu-west-3")],
    ["35.220.26.1", "https://europe-north1-docker.pkg.dev/v2/k8s-artifacts-prod/images/pause/blobs"],
    ["20.42.0.1", "https://k8sartifazureeastus5x93x.blob.core.windows.net/artifacts"],
    // The special cases of registry.k8s.io, as entries of the inventory: London's own name, Bahrain, Taipei, China.
    ["3.8.0.1", "https://k8s-artifacts-767373bb-eu-west-2.s3.dualstack.eu-west-2.amazonaws.com"],
    ["15.184.0.1", aws("me-central-1")],
    ["15.190.244.1", aws("ap-east-1")],
    ["52.80.0.1", aws("ap-east-1")],
    // GovCloud has separate accounts, so the nearest public region serves it.
    ["3.30.0.1", aws("us-west-2")],
  ])("%s goes to %s", (address, base) => {
    expect(located(rich, { address })).toMatch(new RegExp(`^${base.replaceAll(".", "\\.")}/`));
  });

  test.each(["35.250.1.1", "35.0.1.1", "192.168.0.1", "2400:6500:0:9::100", "garbage", ""])(
    "%s is unaffiliated: one of the mirrors with a weight serves it",
    (address) => {
      expect(located(rich, { address })).toMatch(
        /^https:\/\/(mirror\.cdn|k8s-artifacts\.fsn1\.objects)\.example\.org\/containers\/images\/sha256:/,
      );
    },
  );
});

describe("the target of each kind of request", () => {
  const origin = "https://us-central1-docker.pkg.dev/v2/artifacts-example/images";
  test.each([
    ["/", "https://example.org/about"],
    ["/privacy", "https://example.org/privacy"],
    ["/v2/pause/manifests/latest", `${origin}/pause/manifests/latest`],
    [`/v2/pause/manifests/${digest}`, `${origin}/pause/manifests/${digest}`],
    [`/v2/pause/manifests/sha256-${hex}.sig`, `${origin}/pause/manifests/sha256-${hex}.sig`],
    [`/v2/k/p/referrers/${digest}?artifactType=a%2Fb`, `${origin}/k/p/referrers/${digest}?artifactType=a%2Fb`],
    ["/v2/pause/tags/list?n=2&last=3.1", `${origin}/pause/tags/list?n=2&last=3.1`],
    [blob, `https://artifacts-aws-us-east-1.s3.dualstack.us-east-1.amazonaws.com/containers/images/${digest}`],
    [
      blob.replace(":", "%3A"),
      `https://artifacts-aws-us-east-1.s3.dualstack.us-east-1.amazonaws.com/containers/images/${digest}`,
    ],
  ])("%s from AWS in Oregon", (target, location) => {
    expect(located(small, { target, address: "52.94.76.1" })).toBe(location);
  });

  test.each([
    ["/bin/kubectl", "https://d111111abcdef8.cloudfront.net/bin/kubectl"],
    ["/a%20b/c+d@e~f", "https://d111111abcdef8.cloudfront.net/a%20b/c%2Bd%40e~f"],
    ["/bin/kubectl.sha256", "https://storage.googleapis.com/artifacts-gcp-us-central1/bin/kubectl.sha256"],
    ["/release/stable.txt", "https://storage.googleapis.com/artifacts-gcp-us-central1/release/stable.txt"],
  ])("%s from AWS in Paris", (target, location) => {
    expect(located(small, { target, host: "dl.example.org", address: paris })).toBe(location);
  });

  test("a ping is answered here, an unknown host is refused, and loopback serves all hosts", () => {
    const ask = (target: string, host: string) =>
      decide(small, { method: "GET", target, host, address: parseAddress(unaffiliated) }, allHeld).status;
    expect(ask("/v2/", "registry.example.org")).toBe(200);
    expect(ask("/v2/", "REGISTRY.example.org:443")).toBe(200);
    expect(ask("/v2/", "registry.example.org.:443")).toBe(200);
    // On a host that only serves files, this is a directory.
    expect(ask("/v2/", "dl.example.org")).toBe(307);
    expect(ask("/bin/kubectl", "registry.example.org")).toBe(404);
    expect(ask("/", "example.com")).toBe(404);
    expect(ask("/v2/", "example.com")).toBe(404);
    expect(ask("/v2/", "localhost:8080")).toBe(200);
    expect(ask("/bin/kubectl", "[::1]:8080")).toBe(307);
  });
});

describe("which mirror answers", () => {
  test.each<[string, RoutingTable, string, RegExp]>([
    ["the client's own region", small, "3.208.0.1", /artifacts-aws-us-east-1/],
    [
      "a region that matches a pattern of `serves`, although another mirror is nearer",
      changed(["serves: [eu-*]", "serves: [us-west-*]"]),
      "52.94.76.1",
      /cloudfront/,
    ],
    ["the nearest of the provider's", small, "13.228.0.1", /artifacts-aws-us-east-1|cloudfront/],
    ["by pattern, at Google", small, finland, /europe-west1-docker/],
    [
      "at Azure the storage account, because its registry requires a token",
      small,
      virginia,
      /artifactazureeastus14tum\.blob/,
    ],
    ["another provider's only mirror, by ASN", small, hoster, /artifacts\.objects\.example\.com/],
    [
      "a draining mirror keeps its own region's clients",
      changed(["direct } }", "direct }, state: draining }"]),
      "3.208.0.1",
      /us-east-1/,
    ],
    ["and loses all others", changed(["direct } }", "direct }, state: draining }"]), "52.94.76.1", /cloudfront/],
    [
      "a retired mirror serves no client",
      changed(["primary: us-east-1", "primary: eu-west-1"], ["direct } }", "direct }, state: retired }"]),
      "3.208.0.1",
      /cloudfront/,
    ],
    [
      "a named region outranks a pattern",
      changed(["serves: [eu-*]", "serves: [eu-*, ap-*]"], ["direct } }", "direct }, serves: [ap-southeast-1] }"]),
      "13.228.0.1",
      /us-east-1/,
    ],
    [
      "without a mirror of the provider, a public mirror",
      changed(
        ["    primary: westeurope\n", ""],
        ["eastus: { registry: {}, bucket: {} }", "eastus: { bucket: {}, state: retired }"],
        ["westeurope: { registry: {}, bucket: {} }", "westeurope: { registry: {}, bucket: {}, state: retired }"],
      ),
      virginia,
      /cdn\.example\.net|objects\.example\.com/,
    ],
    [
      "without a public mirror, the origin",
      changed(["weight: 20", "weight: 0"], ["weight: 10", "weight: 0"]),
      unaffiliated,
      /us-central1-docker/,
    ],
  ])("%s", (_, table, address, expected) => {
    expect(located(table, { address })).toMatch(expected);
  });

  test("a mirror behind CloudFront is ineligible until its domain is known", () => {
    const undeployed = tableOf(inventoryOf(fixture("small")));
    expect(located(undeployed, { address: "54.72.0.1" })).toMatch(/us-east-1/);
  });

  test("AWS clients without a region go to the primary", () => {
    const network = { provider: "aws", asn: 16509 };
    const address = ["52.46.0.1", "54.239.0.65", "99.77.0.1", "15.230.0.1", "13.248.97.1"].find((candidate) => {
      const { provider, region } = rich.network(parseAddress(candidate));
      return provider === network.provider && region === undefined;
    });
    expect(address).toBeDefined();
    expect(located(rich, { address: address ?? "" })).toContain(aws("us-east-2"));
  });

  test("unaffiliated clients are distributed by weight, consistently", () => {
    const clients = Array.from({ length: 3000 }, (_, index) => `198.18.${index % 250}.${Math.floor(index / 250)}`);
    const target = (index: number) => `/v2/pause/blobs/sha256:${index.toString(16).padStart(64, "0")}`;
    const sent = clients.map((address, index) => located(small, { address, target: target(index) }));
    expect(clients.map((address, index) => located(small, { address, target: target(index) }))).toEqual(sent);
    const share = sent.filter((location) => location?.includes("cdn.example.net")).length / sent.length;
    expect(Math.abs(share - 20 / 30)).toBeLessThan(0.04);
  });
});

/** The hosts to which a table can lead. */
function hostsOf({ content }: RoutingTable): Set<string> {
  const templates = content.mirrors.flatMap(({ registry, blobs, files }) => [registry, blobs, files]);
  const urls = [content.pages.info, content.pages.privacy, ...templates];
  return new Set(urls.flatMap((url) => (url === undefined ? [] : new URL(url).host)));
}

test("a redirect always leads to a host of the table (property test)", () => {
  const trusted = { weight: 5, trusted: true };
  const paths = [
    { path: "release/rc", at: "rc" },
    { path: "release", at: "a/b" },
    { path: "top", at: "" },
  ];
  const hosts: RoutingTable["content"]["hosts"] = [
    { name: "dl.example.org", serves: ["files"] },
    { name: "paths.example.org", serves: ["files", "images"], paths, directoryIndex: "index.html" },
    { name: "registry.example.org", serves: ["images"] },
  ];
  const everything = madeTable(
    [
      madeReplica("replica/complete", { ...trusted, complete: true }),
      madeReplica("replica/asked", trusted),
      madeMirror("cdn/everywhere", { weight: 10, blobs: "https://cdn.example.net/x?blob={digest}&of={name}" }),
    ],
    {},
    { hosts },
  );
  const piece = fc.oneof(
    fc.constantFrom("/", "//", "..", "%2e%2e", "%2f", "@", "\\", "%5c", "%0d%0a", ":", "?", "#", "{name}", "$&", "$1"),
    fc.constantFrom("v2", "pause", "blobs", "manifests", "tags/list", digest, "evil.example", "http:"),
    fc.string({ unit: "binary", maxLength: 5 }),
  );
  const target = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join("")}`);
  const prefixed = fc
    .constantFrom("/v2/pause/blobs/", "/v2/", "/", "")
    .chain((start) => target.map((rest) => start + rest));
  const search = fc.oneof(
    fc.constantFrom("", "?mirrorlist", "?mirrorlist=meta4", "?x=%2e&y=$&"),
    target.map((text) => `?${text}`),
  );
  const request = fc.record({
    method: fc.constantFrom("GET", "HEAD", "POST"),
    target: fc.tuple(fc.oneof(target, prefixed, fc.webUrl()), search).map((parts) => parts.join("")),
    host: fc.constantFrom(
      "registry.example.org",
      "dl.example.org",
      "paths.example.org",
      "localhost",
      "evil.example",
      "",
      "__proto__",
    ),
    address: fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()).map(parseAddress),
    accept: fc.option(fc.oneof(fc.constantFrom("application/json", "application/metalink4+xml", "*/*"), fc.string()), {
      nil: undefined,
    }),
  });
  const presences = fc.infiniteStream(fc.constantFrom<Presence>("held", "absent", "unreachable", "unknown"));
  fc.assert(
    fc.property(request, presences, fc.constantFrom(small, everything), (asked, answers, table) => {
      const conditions: Conditions = { today: "2026-11-21", presence: () => answers.next().value };
      const { decision, answer } = respond(table, asked, conditions);
      const allowed = hostsOf(table);
      const { location, ask, duplicates = [] } = decision;
      for (const url of [location, ask?.url, ...duplicates]) {
        if (url === undefined) continue;
        expect(allowed).toContain(new URL(url).host);
        expect(url).toMatch(/^https:\/\/[!-~]+$/);
        expect(new URL(url).pathname).not.toContain("/../");
      }
      expect([200, 307, 400, 404, 405]).toContain(answer.status);
      expect(answer.location).toBe(location);
      for (const [name, value] of Object.entries(allHeaders(answer))) expect(`${name}: ${value}`).toMatch(/^[\t -~]+$/);
    }),
    runs(300),
  );
});

test("the order of the inventory does not change the table", () => {
  const text = fixture("small");
  const [head = "", providers = ""] = text.split("\nproviders:\n");
  const blocks = providers.split(/^(?= {2}\S)/m).map((block) => (block.endsWith("\n") ? block : `${block}\n`));
  const reordered = `providers:\n${blocks.reverse().join("")}\n${head}`;
  expect(tableOf(inventoryOf(reordered), allListed(smallInventory, facts)).content).toEqual(small.content);
});
