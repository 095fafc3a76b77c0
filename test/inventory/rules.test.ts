import type { Draft } from "../../inventory/draft";
import { crossFieldRules } from "../../inventory/rules/all-rules";

/** What one rule finds in a draft on a day in 2026. */
function found(id: string, draft: Draft): string[] {
  const rule = crossFieldRules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw new Error(`there is no rule ${id}`);
  return [...rule.check(draft, { today: "2026-11-21" })].map(({ message }) => message);
}

/** Cases that the broken inventories do not show: what is allowed beside what is not. */
const cases: readonly (readonly [rule: string, says: string, draft: Draft, findings: number])[] = [
  ["credits/ended", "the last day still counts", providers({ google: until("2026-11-21") }), 0],
  ["credits/ended", "the day before does not", providers({ google: until("2026-11-20") }), 1],

  ["host/outside-zone", "a host two labels below is in it", zone("example.org", "a.b.example.org"), 0],
  ["host/outside-zone", "a name that only ends alike is not", zone("example.org", "a.bexample.org"), 1],

  ["provider/claimed-twice", "a list", claimed({ "cidr-list": "https://example.net/ranges.txt" }), 1],
  ["provider/claimed-twice", "a geofeed", claimed({ geofeed: "https://example.net/geofeed.csv" }), 1],
  ["provider/claimed-twice", "a country", claimed({ country: ["CN", "CN"] }), 3],
  ["provider/claimed-twice", "the region of prefixes is no claim", claimed({ prefixes: [], region: "us-east-2" }), 0],

  ["provider/primary", "a mirror with a bucket", providers({ aws: aws("us-east-2", "bucket") }), 0],
  ["provider/primary", "a mirror without a bucket", providers({ aws: aws("us-east-2", "registry") }), 1],
  ["provider/primary", "no mirror at all", providers({ aws: aws("us-east-1", "bucket") }), 1],
  ["provider/primary", "a retired mirror", providers({ aws: aws("us-east-2", "bucket", "retired") }), 1],
  ["provider/primary", "a home of a registry alone, at Azure", azure("eastus", ["registry"]), 0],
  [
    "provider/primary",
    "the origin's provider without it",
    { ...azure(undefined, ["bucket"]), origin: "azure/eastus" },
    0,
  ],
  [
    "provider/primary",
    "an origin without a bucket",
    { ...azure(undefined, ["registry"], ["bucket"], ["bucket"]), origin: "azure/eastus" },
    1,
  ],

  ["provider/no-primary", "one bucket needs none", azure(undefined, ["bucket"]), 0],
  ["provider/no-primary", "two do", azure(undefined, ["bucket"], ["bucket"]), 1],
  [
    "provider/no-primary",
    "the origin's are copied from it",
    { ...azure(undefined, ["bucket"], ["bucket"]), origin: "azure/eastus" },
    0,
  ],

  ["azure/registry-home", "one registry is its own home", azure(undefined, ["registry"]), 0],
  ["azure/registry-home", "two with a primary", azure("eastus", ["registry"], ["registry"]), 0],
  [
    "azure/registry-home",
    "two of which the primary is none",
    azure("uksouth", ["registry"], ["registry"], ["bucket"]),
    1,
  ],
  [
    "azure/registry-home",
    "the origin is a home",
    { ...azure(undefined, ["registry"], ["registry"]), origin: "azure/eastus" },
    0,
  ],

  [
    "aws/registry-region",
    "us-east-1",
    providers({ aws: { cloud: "aws", mirrors: { "us-east-1": { registry: {} } } } }),
    0,
  ],

  [
    "origin/cannot-serve",
    "an external origin serves files by its template",
    external({ files: "https://example.net/{path}" }),
    0,
  ],
  ["origin/cannot-serve", "an external origin without", external({ blobs: "https://example.net/{digest}" }), 1],

  ["network/unknown-region", "an external provider has none", region("external", "us-east-2"), 1],
  ["network/unknown-region", "a region of a partition has clients, too", region("aws", "cn-north-1"), 0],

  ["redirector/image-missing", "at AWS none is needed", runsAt("aws"), 0],
  ["redirector/image-missing", "at Google one is", runsAt("google"), 1],
];

test.each(cases)("%s: %s", (rule, _, draft, findings) => {
  expect(found(rule, draft)).toHaveLength(findings);
});

test("rules keep silent about what was mistyped", () => {
  const mistyped: Draft = {
    project: undefined,
    hosts: { "registry.example.org": undefined, "dl.example.org": { serves: [undefined] } },
    dns: { zone: undefined, "published-at": [undefined, "google"] },
    redirector: { image: undefined, "runs-at": { google: [undefined], aws: undefined } },
    origin: "google/us-central1",
    providers: {
      google: undefined,
      aws: { cloud: "aws", primary: undefined, networks: [undefined], mirrors: { "us-east-2": undefined } },
      azure: { cloud: "azure", mirrors: { westeurope: { registry: undefined, bucket: undefined, serves: undefined } } },
      cdn: { cloud: "external", mirrors: { everywhere: { blobs: undefined } } },
      other: { cloud: undefined },
    },
  };
  expect(crossFieldRules.flatMap(({ id }) => found(id, mistyped))).toEqual([]);
  expect(crossFieldRules.flatMap(({ id }) => found(id, {}))).toEqual([]);
});

type Providers = NonNullable<Draft["providers"]>;
type Provider = NonNullable<Providers[string]>;
type Store = "registry" | "bucket";

function providers(members: Providers): Draft {
  return { providers: members };
}

function until(day: string): Provider {
  return { cloud: "google", credits: { until: day } };
}

function zone(name: string, host: string): Draft {
  return { dns: { zone: name }, hosts: { [host]: { serves: ["images"] } } };
}

/** Two providers that claim the same. */
function claimed(network: NonNullable<NonNullable<Provider["networks"]>[number]>): Draft {
  return providers({
    one: { cloud: "external", networks: [network] },
    two: { cloud: "external", networks: [network] },
  });
}

function aws(primary: string, store: Store, state: "active" | "retired" = "active"): Provider {
  return { cloud: "aws", primary, mirrors: { "us-east-2": { [store]: {}, state }, "eu-west-1": { bucket: {} } } };
}

/** Azure with mirrors in up to three regions that hold these stores. */
function azure(primary: string | undefined, ...stores: readonly (readonly Store[])[]): Draft {
  const regions = ["eastus", "westeurope", "uksouth"];
  const held = stores.map((names, index) => [regions[index], Object.fromEntries(names.map((name) => [name, {}]))]);
  const mirrors = Object.fromEntries(held);
  return providers({ azure: { cloud: "azure", mirrors, ...(primary === undefined ? {} : { primary }) } });
}

function external(mirror: { blobs?: string; files?: string }): Draft {
  return {
    hosts: { "dl.example.org": { serves: ["files"] } },
    origin: "store/everywhere",
    providers: { store: { cloud: "external", mirrors: { everywhere: mirror } } },
  };
}

function region(cloud: "external" | "aws", name: string): Draft {
  return providers({ donor: { cloud, networks: [{ prefixes: ["192.0.2.0/24"], region: name }] } });
}

function runsAt(cloud: "google" | "aws"): Draft {
  return { redirector: { "runs-at": { donor: [] } }, providers: { donor: { cloud } } };
}
