import { crossFieldRules } from "../../inventory/cross-field-rules";
import type { Draft, DraftExternalMirror } from "../../inventory/draft";

/** The findings of one rule in a draft on a day in 2026. */
function found(id: string, draft: Draft): string[] {
  const rule = crossFieldRules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw new Error(`there is no rule ${id}`);
  return [...rule.check(draft, { today: "2026-11-21", allowPrivateMirrors: false })].map(({ message }) => message);
}

/** Workloads of another platform, as members at Google. */
const pool = "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci";
const workload = `${pool}/attribute.repository/example-org/etcd`;

/** Cases that the invalid inventories do not cover: valid ones next to invalid ones. */
const cases: readonly (readonly [rule: string, says: string, draft: Draft, findings: number])[] = [
  ["credits/ended", "the last day still counts", providers({ google: until("2026-11-21") }), 0],
  ["credits/ended", "the day before does not", providers({ google: until("2026-11-20") }), 1],

  ["host/outside-zone", "a host two labels below is in it", zone("example.org", "a.b.example.org"), 0],
  ["host/outside-zone", "a name that only has the same ending is not", zone("example.org", "a.bexample.org"), 1],

  ["provider/reserved", "the label of metrics for a missing one", providers({ none: until("2026-11-21") }), 1],
  ["provider/reserved", "a property of every object", providers({ constructor: until("2026-11-21") }), 1],
  ["provider/reserved", "a name that only has the same beginning", providers({ "none-such": until("2026-11-21") }), 0],

  ["provider/claimed-twice", "a list", claimed({ "cidr-list": "https://example.net/ranges.txt" }), 1],
  [
    "provider/claimed-twice",
    "a list in another spelling",
    providers({
      one: { cloud: "external", networks: [{ "cidr-list": "https://example.net/ranges.txt" }] },
      two: { cloud: "external", networks: [{ "cidr-list": "HTTPS://EXAMPLE.net:443/ranges.txt" }] },
    }),
    1,
  ],
  [
    "provider/claimed-twice",
    "a feed that two claims are inside of",
    providers({
      one: { cloud: "external", networks: [{ prefixes: ["192.0.2.0/24"], inside: "aws" }] },
      two: { cloud: "external", networks: [{ prefixes: ["198.51.100.0/24"], inside: "aws" }] },
    }),
    0,
  ],
  [
    "provider/claimed-twice",
    "a feed that a provider at its cloud has by default",
    providers({ aws: { cloud: "aws" }, donor: { cloud: "external", networks: [{ feed: "aws" }] } }),
    1,
  ],
  [
    "provider/claimed-twice",
    "a feed that a provider at its cloud gave up",
    providers({ aws: { cloud: "aws", networks: [] }, donor: { cloud: "external", networks: [{ feed: "aws" }] } }),
    0,
  ],
  ["provider/claimed-twice", "a geofeed", claimed({ geofeed: "https://example.net/geofeed.csv" }), 1],
  ["provider/claimed-twice", "a country", claimed({ country: ["CN", "CN"] }), 3],
  [
    "provider/claimed-twice",
    "the region of prefixes is not a claim",
    claimed({ prefixes: [], region: "us-east-2" }),
    0,
  ],

  ["provider/primary", "a mirror with a bucket", providers({ aws: aws("us-east-2", "bucket") }), 0],
  ["provider/primary", "a mirror without a bucket", providers({ aws: aws("us-east-2", "registry") }), 1],
  ["provider/primary", "no mirror at all", providers({ aws: aws("us-east-1", "bucket") }), 1],
  ["provider/primary", "a retired mirror", providers({ aws: aws("us-east-2", "bucket", "retired") }), 1],
  ["provider/primary", "a retired mirror of a retired provider", leaving("retired"), 0],
  ["mirror/complete-too-soon", "a copy", complete({ bucket: {} }), 1],
  ["mirror/complete-too-soon", "a copy with an age", complete({ bucket: {}, "complete-after": "24h" }), 0],
  ["mirror/complete-too-soon", "a copy that is asked", complete({ bucket: {}, presence: "asked" }), 0],
  ["mirror/complete-too-soon", "a retired copy", complete({ bucket: {}, state: "retired" }), 0],
  ["mirror/complete-too-soon", "what promotion fills", complete({ bucket: { "filled-by": "promotion" } }), 0],
  ["mirror/complete-too-soon", "a registry alone", complete({ registry: {} }), 0],
  ["mirror/complete-too-soon", "without a primary", complete({ bucket: {} }, null), 0],

  ["provider/emptied-in-use", "a provider that is only retired", publishing("retired"), 0],
  ["provider/emptied-in-use", "an emptied one that publishes", publishing("emptied"), 1],
  ["origin/not-active", "the origin of a provider that leaves", { ...leaving("retired"), origin: "aws/us-east-2" }, 1],

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
    "two, and neither is the primary",
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

  ["network/bad-prefix", "clients that a provider avoids", avoiding({ prefixes: ["192.0.2.1/24"] }), 1],
  ["network/bad-prefix", "clients that a mirror avoids", avoiding(undefined, { prefixes: ["192.0.2.1/24"] }), 1],
  ["network/reserved-asn", "clients that a mirror avoids", avoiding(undefined, { asn: [65535] }), 1],

  ["list/repeated", "clients that provider and mirror both avoid", avoiding({ asn: [3320] }, { asn: [3320] }), 0],
  ["list/repeated", "an ASN and a country are not the same", avoidingAll({ asn: [3320] }, { country: ["DE"] }), 0],
  ["list/repeated", "an ASN in two entries", avoidingAll({ asn: [3320] }, { asn: [3320] }), 1],
  ["list/repeated", "a prefix in two spellings", avoiding({ prefixes: ["2001:db8::/32", "2001:0db8::/32"] }), 1],
  ["list/repeated", "a prefix and a part of it", avoiding({ prefixes: ["10.0.0.0/8", "10.0.0.0/9"] }), 0],

  [
    "list/repeated",
    "a destination with a slash and without",
    promoting({ destinations: { "gs://a/b": "all", "gs://a/b/": "all" } }),
    1,
  ],

  ["origin/avoids", "the origin itself", { ...avoiding(undefined, { asn: [3320] }), origin: "donor/everywhere" }, 1],
  [
    "origin/avoids",
    "the origin's provider, for its other mirrors",
    { ...avoiding({ asn: [3320] }), origin: "donor/everywhere" },
    0,
  ],
  ["origin/avoids", "another mirror", { ...avoiding(undefined, { asn: [3320] }), origin: "donor/other" }, 0],
  ["origin/avoids", "no clients", { ...avoidingAll(), origin: "donor/everywhere" }, 0],

  ["mirror/trusted-in-vain", "a registry", trusted({ registry: "https://registry.example.net" }), 0],
  ["mirror/trusted-in-vain", "files", trusted({ files: "https://example.net/{path}" }), 0],
  ["mirror/trusted-in-vain", "blobs alone", trusted({ blobs: "https://example.net/{digest}" }), 1],

  ["host/without-files", "files and paths", host(["files"], { a: "b" }), 0],
  ["host/unknown-metadata", "entries in any case", withoutMetadata("*.SH", "keys", "*.sig"), 0],
  ["host/unknown-metadata", "a name that an entry matches is not an entry", withoutMetadata("install.sh"), 1],

  ["host/without-files", "images and paths", host(["images"], { a: "b" }), 1],
  ["host/path-hidden", "v2 where there are no images", host(["files"], { v2: "b" }), 0],
  ["host/path-hidden", "v2 where there are", host(["files", "images"], { v2: "b" }), 1],
  ["host/path-hidden", "a hyphen further on", host(["files"], { "a/-": "b", "-a": "b" }), 0],

  ["redirector/canary-nowhere", "a blob in a bucket", canary({ blob: "pause@sha256:0" }, "bucket"), 0],
  ["redirector/canary-nowhere", "a blob in a registry", canary({ blob: "pause@sha256:0" }, "registry"), 0],
  ["redirector/canary-nowhere", "a file in a registry", canary({ file: "a" }, "registry"), 1],
  ["redirector/canary-nowhere", "neither", canary({}, "bucket"), 1],

  ["staging/writer", "a workload identity", stagedAt("google", { writers: [workload] }), 0],
  [
    "staging/writer",
    "a service account",
    stagedAt("google", { writers: ["serviceAccount:a@b.iam.gserviceaccount.com"] }),
    0,
  ],
  ["staging/writer", "every workload of a pool", stagedAt("google", { writers: [`${pool}/*`] }), 1],
  ["staging/writer", "a member of another cloud", stagedAt("aws", { writers: ["group:a@example.org"] }), 1],
  ["staging/writer", "an unknown provider's", stagedAt("external", { writers: ["anybody"] }), 0],
  ["staging/holds-nothing", "a mistyped bucket", stagedAt("google", { bucket: undefined }), 0],
  ["staging/repositories", "none at Azure", stagedAt("azure", { registry: {} }), 0],
  ["staging/repositories", "mistyped ones at AWS", stagedAt("aws", { registry: { repositories: undefined } }), 0],
  ["staging/not-promoted", "a mistyped project", promoting({ projects: { etcd: undefined } }), 0],
  ["staging/not-promoted", "mistyped projects", promoting({ projects: undefined }), 0],
  ["staging/not-promoted", "no projects", promoting({}), 1],

  ["promotion/path-taken", "one inside another", owning({ "images-at": [""] }, { "images-at": ["etcd"] }), 0],
  ["promotion/path-taken", "the same for images and files", owning({ "images-at": ["x"] }, { "files-at": "x" }), 0],
  ["promotion/path-taken", "the same folder", owning({ "files-at": "x" }, { "files-at": "x" }), 1],
  ["promotion/path-taken", "another's default", owning({ "images-at": ["two"] }, {}), 1],
  ["promotion/reserved-folder", "the root", owning({ "files-at": "" }, {}), 0],
  ["promotion/reserved-folder", "the blobs", owning({ "files-at": "containers/images" }, {}), 1],
  ["promotion/mutable-everything", "all in a folder", promoting({ mutable: ["release/*", "*.txt"] }), 0],
  ["promotion/mutable-immutable", "a tag", movable({ mutable: ["a:latest", "stable.txt"] }, "active"), 1],
  ["promotion/mutable-immutable", "files alone", movable({ mutable: ["stable.txt"] }, "active"), 0],
  ["promotion/mutable-immutable", "at a retired mirror", movable({ mutable: ["a:latest"] }, "retired"), 0],
  [
    "promotion/mutable-too-many",
    "as many as a bucket takes",
    promoting({ mutable: Array.from({ length: 19 }, (_, index) => `${index}.txt`) }),
    0,
  ],
  [
    "promotion/require-too-many",
    "as many as there are",
    { ...pushed({ registry: "a.example" }), promotion: { require: 1 } },
    0,
  ],
  [
    "promotion/require-too-many",
    "the origin is not counted",
    { ...originFilledBy("push"), promotion: { require: 1 } },
    1,
  ],
  ["promotion/branch-and-environment", "an environment", from({ environment: "promotion" }), 0],
  ["promotion/branch-and-environment", "both", from({ environment: "promotion", branch: "main" }), 1],
  ["promotion/origin-unfilled", "an origin that is pushed to", originFilledBy("push"), 0],
  ["promotion/origin-unfilled", "an origin that its operator fills", originFilledBy("donor"), 1],

  [
    "mirror/push-target",
    "a bucket and a registry for all that is served",
    pushed({ bucket: {}, registry: "a.example" }),
    0,
  ],
  ["mirror/push-target", "a mistyped target", pushed(undefined), 0],
  ["mirror/push-target", "a registry alone", pushed({ registry: "a.example" }), 1],
  ["mirror/push-elsewhere", "a folder in the URL", pushed({ bucket: { "files-at": "artifacts/{path}" } }), 0],
  ["mirror/push-elsewhere", "another folder", pushed({ bucket: { "files-at": "other/{path}" } }), 1],
  ["mirror/private-host", "an endpoint", pushed({ bucket: { endpoint: "https://10.0.0.1" } }), 1],
  ["mirror/private-host", "a registry", pushed({ registry: "localhost:5000/artifacts" }), 1],

  ["redirector/image-missing", "at AWS none is required", runsAt("aws"), 0],
  ["redirector/image-missing", "at Google one is required", runsAt("google"), 1],
];

test.each(cases)("%s: %s", (rule, _, draft, findings) => {
  expect(found(rule, draft)).toHaveLength(findings);
});

test("rules ignore mistyped values", () => {
  const mistyped: Draft = {
    project: undefined,
    hosts: { "registry.example.org": undefined, "dl.example.org": { serves: [undefined], paths: { a: "b" } } },
    dns: { zone: undefined, "published-at": [undefined, "google"] },
    redirector: {
      image: undefined,
      canary: { blob: undefined, file: "a" },
      "runs-at": { google: [undefined], aws: undefined },
    },
    origin: "google/us-central1",
    staging: {
      etcd: undefined,
      charts: { provider: undefined, region: undefined, registry: undefined, bucket: undefined, writers: undefined },
      pause: { provider: "aws", region: "us-east-2", bucket: { name: undefined }, writers: [undefined] },
      images: { provider: "google", region: "us-east-2", registry: { repositories: [undefined] } },
    },
    promotion: {
      projects: {
        pause: undefined,
        images: {},
        etcd: undefined,
        charts: { approvers: undefined, "images-at": undefined, "files-at": undefined },
      },
      mutable: [undefined],
      destinations: { "gs://k8s": undefined, "gs://other": [undefined] },
      require: [undefined, "google/us-central1"],
      "runs-in": { github: { branch: undefined }, "cloud-run": { provider: "google", region: undefined } },
    },
    providers: {
      google: undefined,
      aws: { cloud: "aws", primary: undefined, networks: [undefined], mirrors: { "us-east-2": undefined } },
      azure: { cloud: "azure", mirrors: { westeurope: { registry: undefined, bucket: undefined, serves: undefined } } },
      cdn: {
        cloud: "external",
        avoid: [undefined, { asn: [undefined] }],
        mirrors: {
          everywhere: { blobs: undefined, trusted: true, files: undefined, avoid: [{ prefixes: undefined }] },
          pushed: { files: undefined, "filled-by": "push", push: { bucket: { "files-at": undefined } } },
          filled: { files: undefined, "filled-by": undefined, push: undefined, withdrawal: undefined },
        },
      },
      another: { cloud: undefined },
    },
  };
  expect(crossFieldRules.flatMap(({ id }) => found(id, mistyped))).toEqual([]);
  expect(crossFieldRules.flatMap(({ id }) => found(id, {}))).toEqual([]);
});

type Staged = NonNullable<NonNullable<Draft["staging"]>[string]>;
type Promotion = NonNullable<Draft["promotion"]>;
type Project = NonNullable<NonNullable<Promotion["projects"]>[string]>;
type Github = NonNullable<NonNullable<Promotion["runs-in"]>["github"]>;

function stagedAt(cloud: "google" | "aws" | "azure" | "external", area: Staged): Draft {
  return { staging: { etcd: { provider: "donor", ...area } }, providers: { donor: { cloud } as Provider } };
}

function promoting(promotion: Promotion): Draft {
  return { staging: { etcd: {} }, promotion };
}

function movable(promotion: Promotion, state: "active" | "retired"): Draft {
  const mirrors = { one: { state, registry: { "immutable-tags": true } } };
  return { promotion, providers: { donor: { cloud: "google", mirrors } as Provider } };
}

function owning(one: Project, two: Project): Draft {
  return { promotion: { projects: { one, two } } };
}

function from(github: Github): Draft {
  return { promotion: { "runs-in": { github } } };
}

function originFilledBy(filledBy: "push" | "donor"): Draft {
  return {
    promotion: { projects: { etcd: {} } },
    origin: "store/berlin",
    providers: { store: { cloud: "external", mirrors: { berlin: { "filled-by": filledBy } } } },
  };
}

/** A mirror that serves images and files, and what promotion pushes to. */
function pushed(push: DraftExternalMirror["push"]): Draft {
  const served = { registry: "https://a.example.net", files: "https://b.example.net/artifacts/{path}" };
  return { providers: { donor: { cloud: "external", mirrors: { one: { ...served, "filled-by": "push", push } } } } };
}

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

/** Two providers with the same claim. */
function claimed(network: NonNullable<NonNullable<Provider["networks"]>[number]>): Draft {
  return providers({
    one: { cloud: "external", networks: [network] },
    two: { cloud: "external", networks: [network] },
  });
}

function aws(primary: string, store: Store, state: "active" | "retired" = "active"): Provider {
  return { cloud: "aws", primary, mirrors: { "us-east-2": { [store]: {}, state }, "eu-west-1": { bucket: {} } } };
}

/** A provider that declares itself complete, with a primary and another mirror. */
function complete(mirror: object, primary: string | null = "eastus"): Draft {
  const mirrors = { eastus: { bucket: {} }, uksouth: mirror };
  return providers({
    azure: { cloud: "azure", presence: "complete", mirrors, ...(primary && { primary }) } as Provider,
  });
}

function leaving(state: "retired" | "emptied"): Draft {
  return providers({ aws: { ...aws("us-east-2", "bucket"), state } as Provider });
}

function publishing(state: "retired" | "emptied"): Draft {
  return { ...leaving(state), dns: { zone: "example.org", "published-at": ["aws"] } };
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

type Avoid = NonNullable<NonNullable<Provider["avoid"]>[number]>;

/** A provider that avoids some clients, and its mirror that avoids others. */
function avoiding(atProvider: Avoid | undefined, atMirror?: Avoid): Draft {
  const entries = (avoid: Avoid | undefined) => (avoid === undefined ? [] : [avoid]);
  const mirrors = { everywhere: { avoid: entries(atMirror) }, other: {} };
  return providers({ donor: { cloud: "external", avoid: entries(atProvider), mirrors } });
}

/** A mirror that avoids clients by several entries. */
function avoidingAll(...avoid: Avoid[]): Draft {
  return providers({ donor: { cloud: "external", mirrors: { everywhere: { avoid } } } });
}

function trusted(mirror: { registry?: string; blobs?: string; files?: string }): Draft {
  return providers({ donor: { cloud: "external", mirrors: { everywhere: { ...mirror, trusted: true } } } });
}

function withoutMetadata(...remove: string[]): Draft {
  return { hosts: { "dl.example.org": { serves: ["files"], metadata: { remove } } } };
}

function host(serves: ("files" | "images")[], paths: Record<string, string>): Draft {
  return { hosts: { "dl.example.org": { serves, paths } } };
}

function canary(of: { blob?: string; file?: string }, store: Store): Draft {
  return {
    redirector: { canary: of },
    ...providers({ aws: { cloud: "aws", mirrors: { "us-east-2": { [store]: {} } } } }),
  };
}

function region(cloud: "external" | "aws", name: string): Draft {
  return providers({ donor: { cloud, networks: [{ prefixes: ["192.0.2.0/24"], region: name }] } });
}

function runsAt(cloud: "google" | "aws"): Draft {
  return { redirector: { "runs-at": { donor: [] } }, providers: { donor: { cloud } } };
}
