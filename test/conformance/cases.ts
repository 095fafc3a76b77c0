import type { Difference } from "../../exports/differences";

/** The expected answer. */
export interface Expected {
  readonly status: number;
  /** @default none: the answer has no `Location` */
  readonly location?: string;
  /** By name in lower case; null: the answer has no such header. Other headers are not checked. */
  readonly headers: Readonly<Record<string, string | null>>;
}

/** A program that answers requests. */
export type Carrier = "function" | "node" | "bun" | "lambda" | "nginx" | "envoy";

/** One request to the hosts of `test/fixtures/inventories/conformance.yaml`, and the answer. */
export interface Case {
  readonly name: string;
  /** @default GET */
  readonly method?: string;
  /** The request target, as in the request line. */
  readonly target: string;
  /** @default registry.example.org */
  readonly host?: string;
  /** Headers besides `X-Forwarded-For` and `Host`. */
  readonly headers?: readonly (readonly [string, string])[];
  /**
   * The value of `X-Forwarded-For`, whose last address is the client's; several strings are several lines. Empty: no such
   * header.
   */
  readonly from?: string | readonly string[];
  readonly expected: Expected;
  /** Carriers that answer differently, with the name of the difference. */
  readonly differs?: Partial<Record<Carrier, { readonly because: Difference; readonly expected: Expected }>>;
}

/** A digest from registry.k8s.io's own tests. */
const hex = "da86e6ba6ca197bf6bc5e9d900febd906b133eaa4750e6bed647b0fbe50ed43e";
const digest = `sha256:${hex}`;
const long = `sha512:${hex}${hex}`;
const blob = `/v2/pause/blobs/${digest}`;
const file = "/release/v1.34.0/bin/linux/amd64/kubectl";
const files = "dl.example.org";
const all = "all.example.org";
const mapped = "get.example.org";
const indexed = "pages.example.org";

const registry = "https://us-central1-docker.pkg.dev/v2/artifacts-example/images";
const origin = "https://storage.googleapis.com/artifacts-gcp-us-central1";
const cdn = "https://cdn.example.net";
const info = "https://example.org/about?a=$remote_addr&b=%25START_TIME%25;c='$1'#$host";
const privacy = "https://Example.org:443?$http_cookie%25PROTOCOL%25";
const aws = (region: string) => `https://artifacts-aws-${region}.s3.dualstack.${region}.amazonaws.com`;
const azure = (region: string) => `https://artifacts${region}.blob.core.windows.net/artifacts`;
const bucketBlob = (bucket: string) => `${bucket}/containers/images/${digest}`;
const googleBlob = (region: string) =>
  `https://${region}-docker.pkg.dev/v2/artifacts-example/images/pause/blobs/${digest}`;

/** Clients, by place. The addresses are those of registry.k8s.io's tests, if they have one. */
const paris = "35.180.1.1";
const oregon = "52.94.76.1";
const finland = "35.220.26.1";
const virginia = "20.42.0.1";
const unaffiliated = "192.0.2.1";

/** Scripts of every page may read an answer; cookies are never used. */
const readable = { "access-control-allow-origin": "*", "access-control-allow-credentials": null, "set-cookie": null };
const readWhole = {
  ...readable,
  "access-control-expose-headers":
    "Docker-Content-Digest, Docker-Distribution-Api-Version, Link, OCI-Filters-Applied, Retry-After, X-Request-Id",
};

/** A redirect that depends on the client: no cache may keep it. */
function personal(location: string): Expected {
  return { status: 307, location, headers: { "cache-control": "no-store", vary: "*", ...readable } };
}

/** A redirect that is the same for all clients. */
function shared(location: string): Expected {
  return { status: 307, location, headers: { "cache-control": "public, max-age=300", vary: null, ...readable } };
}

/** A redirect to a file that vouches for another: the same for all clients, unless they ask for a list of mirrors. */
function vouching(location: string): Expected {
  return { status: 307, location, headers: { "cache-control": "public, max-age=300", vary: "Accept", ...readable } };
}

/** A refusal in the OCI distribution specification's format. */
function oci(status: 400 | 404 | 405): Expected {
  const allow = status === 405 ? "GET, HEAD, OPTIONS" : null;
  return { status, headers: { "content-type": "application/json", "cache-control": "no-store", allow, ...readWhole } };
}

/** A refusal in plain text. */
function plain(status: 400 | 404 | 405): Expected {
  const allow = status === 405 ? "GET, HEAD, OPTIONS" : null;
  return {
    status,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      allow,
      ...readWhole,
    },
  };
}

/** A refusal by the server program itself, in its own words. */
function inAnyWords(status: 400 | 404 | 405): Expected {
  return { status, headers: {} };
}

const ping: Expected = {
  status: 200,
  headers: {
    "content-type": "application/json",
    "docker-distribution-api-version": "registry/2.0",
    "cache-control": "public, max-age=300",
    ...readWhole,
  },
};

/** The answer to `OPTIONS`: a browser's preflight, or a client that asks for the allowed methods. */
const preflight: Expected = {
  status: 204,
  headers: {
    allow: "GET, HEAD, OPTIONS",
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "*, Authorization",
    "access-control-max-age": "86400",
    "access-control-allow-credentials": null,
    "set-cookie": null,
  },
};

/** Both configurations differ, in the same way. */
function configurations(because: Difference, expected: Expected): NonNullable<Case["differs"]> {
  return { nginx: { because, expected }, envoy: { because, expected } };
}

const clients: readonly Case[] = [
  ["AWS in Oregon", oregon, bucketBlob(aws("us-west-2"))],
  ["AWS in Oregon, by another prefix", "52.94.77.1", bucketBlob(aws("us-west-2"))],
  ["AWS in Virginia", "52.93.127.172", bucketBlob(aws("us-east-1"))],
  ["AWS in Oregon, inside a prefix of no region", "15.193.7.5", bucketBlob(aws("us-west-2"))],
  ["AWS in Oregon over IPv6", "2600:1f01:4874::47", bucketBlob(aws("us-west-2"))],
  ["AWS in Jakarta, whose nearest mirror is in Hong Kong", "2400:6500:0:9::1", bucketBlob(aws("ap-east-1"))],
  ["AWS in Paris, whose mirror drains and keeps its own region", paris, bucketBlob(aws("eu-west-3"))],
  ["AWS in London, which the nearer, draining mirror does not serve", "3.8.0.1", bucketBlob(aws("eu-west-1"))],
  ["AWS in Brazil, whose mirror is retired", "18.228.0.1", bucketBlob(aws("us-east-1"))],
  ["AWS in Bahrain, served by name", "15.184.0.1", bucketBlob(aws("me-central-1"))],
  ["AWS in Beijing, served by a pattern", "52.80.0.1", bucketBlob(aws("ap-east-1"))],
  ["Google in Finland, served by a pattern", finland, googleBlob("europe-west1")],
  ["Azure in Virginia", virginia, bucketBlob(azure("eastus"))],
  ["Azure in the Netherlands", "13.69.0.1", bucketBlob(azure("westeurope"))],
  ["an external provider's client", "198.51.100.7", `${cdn}/blobs/pause/${digest}`],
  ["an external provider's client over IPv6", "2001:db8:1ff::1", `${cdn}/blobs/pause/${digest}`],
  ["an unaffiliated client", unaffiliated, `${cdn}/blobs/pause/${digest}`],
  ["an unaffiliated client over IPv6", "2001:db8::1", `${cdn}/blobs/pause/${digest}`],
  ["an unaffiliated client that the public mirror avoids", "203.0.113.9", googleBlob("us-central1")],
  ["an IPv4-mapped address", `::ffff:${paris}`, bucketBlob(aws("eu-west-3"))],
  ["an IPv4-mapped address in hexadecimal", "::ffff:23b4:101", bucketBlob(aws("eu-west-3"))],
  ["a 6to4 address", "2002:23b4:101::1", bucketBlob(aws("eu-west-3"))],
  ["a NAT64 address", `64:ff9b::${paris}`, bucketBlob(aws("eu-west-3"))],
].map(([name = "", from = "", location = ""]) => ({
  name: `blob: ${name}`,
  target: blob,
  from,
  expected: personal(location),
}));

const public_ = personal(`${cdn}/blobs/pause/${digest}`);
const fromParis = personal(bucketBlob(aws("eu-west-3")));
const fromOregon = personal(bucketBlob(aws("us-west-2")));

const addresses: readonly Case[] = [
  {
    name: "address: the last of a list is the client's",
    target: blob,
    from: `${finland}, ${paris}`,
    expected: fromParis,
  },
  { name: "address: without a space", target: blob, from: `${finland},${paris}`, expected: fromParis },
  { name: "address: forged into a list", target: blob, from: `${paris}, 10.0.0.1, ${unaffiliated}`, expected: public_ },
  { name: "address: the last of several lines", target: blob, from: [finland, paris], expected: fromParis },
  {
    name: "address: in a cloud's feed, and in a donor's longer prefix",
    target: blob,
    from: "35.180.9.9",
    expected: fromParis,
  },
  {
    name: "address: the same, with `inside` agreed",
    target: blob,
    from: "35.180.10.9",
    expected: public_,
  },
  { name: "address: garbage", target: blob, from: "garbage", expected: public_ },
  { name: "address: garbage after a valid one", target: blob, from: `${paris}, x`, expected: public_ },
  {
    name: "address: garbage of 10,000 characters before it",
    target: blob,
    from: `${"x,".repeat(5000)} ${paris}`,
    expected: fromParis,
  },
  ...[998, 2_900].map(
    (count): Case => ({
      name: `address: the last line, after ${count} other header lines`,
      target: blob,
      headers: [
        ["X-Forwarded-For", finland],
        ...Array.from({ length: count }, () => ["A", ""] as const),
        ["X-Forwarded-For", paris],
      ],
      expected: fromParis,
      differs: {
        nginx: { because: "header-count", expected: oci(400) },
        bun: { because: "header-count", expected: { status: 431, headers: {} } },
      },
    }),
  ),
  { name: "address: empty", target: blob, from: `${paris},`, expected: public_ },
  { name: "address: none", target: blob, expected: public_ },
  { name: "address: an octet too large", target: blob, from: "35.180.1.256", expected: public_ },
  { name: "address: octal", target: blob, from: "35.180.1.01", expected: public_ },
  { name: "address: too many groups", target: blob, from: "1:2:3:4:5:6:7:8:9", expected: public_ },
  {
    name: "address: with a port",
    target: blob,
    from: `${paris}:4711`,
    expected: fromParis,
    differs: { envoy: { because: "decorated", expected: public_ } },
  },
  {
    name: "address: in brackets, with a port",
    target: blob,
    from: "[2600:1f01:4874::47]:4711",
    expected: fromOregon,
    differs: { envoy: { because: "decorated", expected: public_ } },
  },
  {
    name: "address: with a zone",
    target: blob,
    from: "2600:1f01:4874::47%eth0",
    expected: fromOregon,
    differs: { envoy: { because: "decorated", expected: public_ } },
  },
  {
    name: "address: a forged outcome header",
    target: blob,
    from: unaffiliated,
    headers: [
      ["x-envoy-ip-tags", "1"],
      ["x-mirrorform-outcome", "1"],
    ],
    expected: public_,
  },
];

const images: readonly Case[] = [
  { name: "ping", target: "/v2/", expected: ping },
  { name: "ping without a slash", target: "/v2", expected: ping },
  { name: "ping: HEAD", method: "HEAD", target: "/v2/", expected: ping },
  { name: "ping with a query", target: "/v2/?a=b", expected: ping },
  {
    name: "ping with a token, which is not required",
    target: "/v2/",
    headers: [["Authorization", "Bearer x"]],
    expected: ping,
  },
  { name: "blob: HEAD", method: "HEAD", target: blob, from: oregon, expected: fromOregon },
  {
    name: "blob: a range",
    target: blob,
    from: oregon,
    headers: [["Range", "bytes=100-"]],
    expected: fromOregon,
  },
  { name: "blob: an encoded colon", target: blob.replace(":", "%3A"), from: oregon, expected: fromOregon },
  {
    name: "blob: an encoded colon in lower case",
    target: blob.replace(":", "%3a"),
    from: oregon,
    expected: fromOregon,
  },
  {
    name: "blob: a name of several parts",
    target: `/v2/a/b.c/d__e-f/blobs/${digest}`,
    from: unaffiliated,
    expected: personal(`${cdn}/blobs/a/b.c/d__e-f/${digest}`),
  },
  {
    name: "blob: SHA-512",
    target: `/v2/pause/blobs/${long}`,
    from: oregon,
    expected: personal(`${aws("us-west-2")}/containers/images/${long}`),
  },
  {
    name: "blob: a query is passed on",
    target: `${blob}?a=docker.io`,
    from: oregon,
    expected: personal(`${bucketBlob(aws("us-west-2"))}?a=docker.io`),
  },
  ...["?ns=docker.io", "?ns", "?%6Es=docker.io", "?ns=a&ns=b", "?&ns=a", "?ns=a&", "?&ns&ns="].map(
    (query): Case => ({
      name: `blob: containerd's parameter for proxies alone, ${query}`,
      target: blob + query,
      from: oregon,
      expected: personal(bucketBlob(aws("us-west-2"))),
    }),
  ),
  {
    name: "manifest: containerd's parameter for proxies",
    method: "HEAD",
    target: "/v2/pause/manifests/3.9?ns=registry.example.org",
    expected: shared(`${registry}/pause/manifests/3.9`),
  },
  ...[
    ["first", "?ns=docker.io&n=2&last=3.1"],
    ["between", "?n=2&ns=docker.io&last=3.1"],
    ["last", "?n=2&last=3.1&ns=docker.io"],
  ].map(
    ([where = "", query = ""]): Case => ({
      name: `tag list: containerd's parameter for proxies ${where}`,
      target: `/v2/pause/tags/list${query}`,
      expected: shared(`${registry}/pause/tags/list?n=2&last=3.1`),
      differs: { envoy: { because: "namespace", expected: shared(`${registry}/pause/tags/list${query}`) } },
    }),
  ),
  {
    name: "tag list: parameters with similar names",
    target: "/v2/pause/tags/list?NS=a&nsx=b&xns=c&n=ns",
    expected: shared(`${registry}/pause/tags/list?NS=a&nsx=b&xns=c&n=ns`),
  },
  {
    name: "manifest by tag",
    target: "/v2/pause/manifests/latest",
    from: oregon,
    expected: shared(`${registry}/pause/manifests/latest`),
  },
  {
    name: "manifest by tag: HEAD",
    method: "HEAD",
    target: "/v2/pause/manifests/3.9",
    expected: shared(`${registry}/pause/manifests/3.9`),
  },
  {
    name: "manifest by digest",
    target: `/v2/pause/manifests/${digest}`,
    from: oregon,
    expected: shared(`${registry}/pause/manifests/${digest}`),
  },
  {
    name: "manifest by digest: an encoded colon",
    target: `/v2/pause/manifests/sha256%3A${hex}`,
    expected: shared(`${registry}/pause/manifests/${digest}`),
  },
  {
    name: "manifest of a name that contains an operation's name",
    target: "/v2/manifests/blobs/manifests/latest",
    expected: shared(`${registry}/manifests/blobs/manifests/latest`),
  },
  ...["sig", "att", "sbom"].map(
    (kind): Case => ({
      name: `signature: .${kind}`,
      target: `/v2/kubernetes/pause/manifests/sha256-${hex}.${kind}`,
      from: oregon,
      expected: shared(`${registry}/kubernetes/pause/manifests/sha256-${hex}.${kind}`),
    }),
  ),
  {
    name: "referrers by the tag schema",
    target: `/v2/pause/manifests/sha256-${hex}`,
    expected: shared(`${registry}/pause/manifests/sha256-${hex}`),
  },
  {
    name: "referrers with a query",
    target: `/v2/k/p/referrers/${digest}?artifactType=a%2Fb`,
    expected: shared(`${registry}/k/p/referrers/${digest}?artifactType=a%2Fb`),
  },
  {
    name: "tag list with a query",
    target: "/v2/pause/tags/list?n=2&last=3.1",
    expected: shared(`${registry}/pause/tags/list?n=2&last=3.1`),
  },
  { name: "page", target: "/", expected: shared(info) },
  { name: "page of privacy", target: "/privacy", expected: shared(privacy) },
  { name: "page on a host of files", target: "/privacy", host: files, expected: shared(privacy) },
];

/** A client of a provider whose URLs contain characters that are special in configurations. */
const odd = "192.0.2.200";
const oddUrls: readonly Case[] = [
  {
    name: "odd: a blob",
    target: blob,
    from: odd,
    expected: personal(`https://Odd.example.net:8443/$host/%25REQ(host)%25/'a;b'/pause/$1/${digest}`),
  },
  {
    name: "odd: a file",
    target: `${file}?a=b`,
    host: files,
    from: odd,
    expected: personal(`https://odd.example.net:443/$remote_addr/%25PROTOCOL%25/~;=&(x)${file}$args?a=b`),
  },
];

const filesCases: readonly Case[] = [
  { name: "file: AWS in Oregon", target: file, host: files, from: oregon, expected: personal(aws("us-west-2") + file) },
  {
    name: "file: Google in Finland",
    target: file,
    host: files,
    from: finland,
    expected: personal(`https://storage.googleapis.com/artifacts-gcp-europe-west1${file}`),
  },
  {
    name: "file: Azure in Virginia",
    target: file,
    host: files,
    from: virginia,
    expected: personal(azure("eastus") + file),
  },
  {
    name: "file: an unaffiliated client",
    target: file,
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files${file}`),
  },
  {
    name: "file: HEAD",
    method: "HEAD",
    target: file,
    host: files,
    from: oregon,
    expected: personal(aws("us-west-2") + file),
  },
  {
    name: "file: a query is passed on",
    target: `${file}?a=b/c`,
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files${file}?a=b/c`),
  },
  {
    name: "file: on a host of both",
    target: file,
    host: all,
    from: oregon,
    expected: personal(aws("us-west-2") + file),
  },
  {
    name: "file: below /v2/ on a host that only serves files",
    target: "/v2/x",
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/v2/x`),
  },
  {
    name: "file: dots that are part of a name",
    target: "/a/..b/...",
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/a/..b/...`),
  },
  {
    name: "file: correctly escaped",
    target: "/a%20b/caf%C3%A9",
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/a%20b/caf%C3%A9`),
  },
  {
    name: "file: escaped in lower case",
    target: "/caf%c3%a9",
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/caf%C3%A9`),
    differs: configurations("spelling", personal(`${cdn}/files/caf%c3%a9`)),
  },
  {
    name: "file: a plus and an at-sign",
    target: "/v1.34.0+k3s1@x",
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/v1.34.0%2Bk3s1%40x`),
    differs: configurations("spelling", personal(`${cdn}/files/v1.34.0+k3s1@x`)),
  },
  {
    name: "file: unnecessarily escaped",
    target: "/kube%63tl",
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/kubectl`),
    differs: { nginx: { because: "spelling", expected: plain(400) } },
  },
  {
    name: "file: an escaped slash",
    target: "/a%2Fb",
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/a/b`),
    differs: configurations("spelling", plain(400)),
  },
  {
    name: "file: a hash, which ends a URL",
    target: "/a#b",
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/a%23b`),
    differs: {
      nginx: { because: "spelling", expected: plain(400) },
      envoy: { because: "refusals", expected: { status: 400, headers: {} } },
    },
  },
  {
    name: "file: not escaped, although required",
    target: '/a"b',
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/a%22b`),
    differs: { nginx: { because: "spelling", expected: plain(400) } },
  },
  {
    name: "metadata: a checksum",
    target: `${file}.sha256`,
    host: files,
    from: oregon,
    expected: vouching(`${origin}${file}.sha256`),
  },
  {
    name: "metadata: in upper case",
    target: "/bin/SHA256SUMS",
    host: files,
    from: oregon,
    expected: vouching(`${origin}/bin/SHA256SUMS`),
  },
  {
    name: "metadata: a signature",
    target: `${file}.sig`,
    host: files,
    from: oregon,
    expected: vouching(`${origin}${file}.sig`),
  },
  {
    name: "metadata: a pointer",
    target: "/release/stable-1.34.txt",
    host: files,
    from: oregon,
    expected: vouching(`${origin}/release/stable-1.34.txt`),
  },
  {
    name: "metadata: an index",
    target: "/deb/InRelease",
    host: all,
    from: oregon,
    expected: vouching(`${origin}/deb/InRelease`),
  },
  ...[
    "Release.key",
    "KEYS",
    "SHA256",
    "sha256sum-amd64.txt",
    "latest.yml",
    "VERSION",
    "install.sh",
    "RPM-GPG-KEY-a",
  ].map(
    (name): Case => ({
      name: `metadata: ${name}`,
      target: `/a/${name}`,
      host: files,
      from: oregon,
      expected: vouching(`${origin}/a/${name}`),
    }),
  ),
  ...["keyboard.txt", "kubectl", "tool-1.0.tar.gz", "tool_1.0_amd64.deb", "release-notes.pdf"].map(
    (name): Case => ({
      name: `file: ${name}`,
      target: `/pool/${name}`,
      host: files,
      from: oregon,
      expected: personal(`${aws("us-west-2")}/pool/${name}`),
    }),
  ),
  {
    name: "metadata: that a host adds",
    target: "/docs/a.CATALOG",
    host: indexed,
    from: oregon,
    expected: vouching(`${origin}/manual/a.CATALOG`),
  },
  {
    name: "file: that a host removes from the list",
    target: "/docs/setup.sh",
    host: indexed,
    from: oregon,
    expected: personal(`${aws("us-west-2")}/manual/setup.sh`),
  },
  {
    name: "metadata: whose name is escaped",
    target: "/kubectl%2Esha256",
    host: files,
    from: oregon,
    expected: vouching(`${origin}/kubectl.sha256`),
    differs: { nginx: { because: "spelling", expected: plain(400) } },
  },
  { name: "directory", target: "/release/", host: files, from: oregon, expected: shared(`${origin}/release/`) },
  {
    name: "directory with an index",
    target: "/release/v1/?a=b",
    host: all,
    expected: shared(`${origin}/release/v1/index.html?a=b`),
  },
  {
    name: "host's path",
    target: "/bin/v1/kubectl",
    host: mapped,
    from: oregon,
    expected: personal(`${aws("us-west-2")}/project/release/v1/kubectl`),
  },
  {
    name: "host's path, metadata",
    target: "/bin/v1/kubectl.sha512",
    host: mapped,
    from: oregon,
    expected: vouching(`${origin}/project/release/v1/kubectl.sha512`),
  },
  {
    name: "host's longer path, which is at the root",
    target: "/bin/nightly/x",
    host: mapped,
    from: unaffiliated,
    expected: personal(`${cdn}/files/x`),
  },
  {
    name: "host's path itself",
    target: "/newest",
    host: mapped,
    from: unaffiliated,
    expected: vouching(`${origin}/project/stable.txt`),
  },
  { name: "host's path as a directory", target: "/bin/", host: mapped, expected: shared(`${origin}/project/release/`) },
  { name: "a path that this host does not have", target: "/release/x", host: mapped, expected: plain(404) },
  { name: "a path that only begins like the host's", target: "/binary", host: mapped, expected: plain(404) },
  {
    name: "host's path at the root, as a directory without an index",
    target: "/bin/nightly/",
    host: mapped,
    expected: plain(404),
  },
  { name: "host's path at the root, without a slash", target: "/bin/nightly", host: mapped, expected: plain(404) },
  {
    name: "host's path at the root, as a directory with an index",
    target: "/latest/",
    host: indexed,
    from: oregon,
    expected: shared(`${origin}/index.html`),
  },
  {
    name: "host's path at the root, without a slash, where directories have an index",
    target: "/latest",
    host: indexed,
    expected: plain(404),
  },
  {
    name: "host's path as a directory with an index",
    target: "/docs/",
    host: indexed,
    expected: shared(`${origin}/manual/index.html`),
  },
  {
    name: "directory with an index, below a host's path",
    target: "/latest/a/?b=c",
    host: indexed,
    expected: shared(`${origin}/a/index.html?b=c`),
  },
  {
    name: "mirror list",
    target: `${file}?mirrorlist`,
    host: files,
    expected: {
      status: 200,
      headers: { "content-type": "application/json", "cache-control": "no-store", vary: "*", ...readWhole },
    },
    differs: configurations("lists", plain(404)),
  },
  {
    name: "mirror list: of all mirrors",
    target: `${file}?mirrorlist=all`,
    host: files,
    expected: { status: 200, headers: { "content-type": "application/json", "cache-control": "no-store", vary: "*" } },
    differs: configurations("lists", plain(404)),
  },
  {
    name: "mirror list: by Accept",
    target: file,
    host: files,
    from: oregon,
    headers: [["Accept", "application/json"]],
    expected: {
      status: 200,
      headers: { "content-type": "application/json", "cache-control": "no-store", vary: "*", ...readWhole },
    },
    differs: configurations("lists", personal(aws("us-west-2") + file)),
  },
  {
    name: "mirror list: by Accept, in upper case",
    target: file,
    host: files,
    from: oregon,
    headers: [["Accept", "APPLICATION/JSON"]],
    expected: {
      status: 200,
      headers: { "content-type": "application/json", "cache-control": "no-store", vary: "*", ...readWhole },
    },
    differs: configurations("lists", personal(aws("us-west-2") + file)),
  },
  ...[
    "application/json;q=0",
    "application/json;q=0, */*",
    "application/json-seq",
    "application/jsonlines",
    "application/json+x",
    "text/html, application/json",
    "*/*",
  ].map(
    (accept): Case => ({
      name: `file: with Accept: ${accept}`,
      target: file,
      host: files,
      from: oregon,
      headers: [["Accept", accept]],
      expected: personal(aws("us-west-2") + file),
    }),
  ),
];

const hosts: readonly Case[] = [
  { name: "host: with a port", target: blob, host: "registry.example.org:8443", from: oregon, expected: fromOregon },
  { name: "host: in upper case", target: blob, host: "Registry.EXAMPLE.org", from: oregon, expected: fromOregon },
  { name: "host: with a final dot", target: blob, host: "registry.example.org.", from: oregon, expected: fromOregon },
  {
    name: "host: with a final dot and a port",
    target: blob,
    host: "registry.example.org.:443",
    from: oregon,
    expected: fromOregon,
  },
  {
    name: "host: another of the same kind",
    target: blob,
    host: "images.example.org",
    from: oregon,
    expected: fromOregon,
  },
  { name: "host: of both kinds", target: blob, host: all, from: oregon, expected: fromOregon },
  {
    name: "host: this machine serves images",
    target: blob,
    host: "localhost:8080",
    from: oregon,
    expected: fromOregon,
  },
  {
    name: "host: this machine serves files",
    target: file,
    host: "127.0.0.1",
    from: oregon,
    expected: personal(aws("us-west-2") + file),
  },
  { name: "host: with an empty port", target: blob, host: "registry.example.org:", from: oregon, expected: fromOregon },
  {
    name: "host: with a final dot and an empty port, in upper case",
    target: blob,
    host: "REGISTRY.example.org.:",
    from: oregon,
    expected: fromOregon,
  },
  {
    name: "host: with the highest port",
    target: blob,
    host: "registry.example.org:65535",
    from: oregon,
    expected: fromOregon,
  },
  ...[
    "user@registry.example.org",
    "user:password@registry.example.org",
    "registry.example.org,images.example.org",
    "registry.example.org, images.example.org",
    "registry.example.org images.example.org",
    "registry.example.org:80:80",
    "registry.example.org:x",
    "registry.example.org:-1",
    "registry.example.org:65536",
    "registry.example.org:443, registry.example.org",
    "registry.example.org/",
    "registry.example.org/v2",
    "registry.example.org?x",
    "registry.example.org#x",
    "registry.example.org\\x",
    "http://registry.example.org",
    "<registry.example.org>",
    '"registry.example.org"',
    "r\u00e9gistry.example.org",
    "registry.example.org%",
    "registry.example.org%2",
    "[::1",
    "::1",
    "[::1]x",
    "[registry.example.org]",
    ":443",
    "",
    "{registry}",
    "a^b",
    "a|b",
    "a`b",
  ].flatMap((host): Case[] => [
    { name: `refused: the host ${host}`, target: blob, host, expected: oci(400) },
    { name: `refused: the host ${host}, a file`, target: file, host, expected: plain(400) },
  ]),
  ...[
    "registry_.example.org",
    "registry%41.example.org",
    "a;b",
    "[2001:db8::1]:443",
    "x".repeat(300),
    "192.0.2.1",
    "-",
  ].map(
    (host): Case => ({
      name: `host: not ours, ${host.slice(0, 30)}`,
      target: file,
      host,
      expected: plain(404),
    }),
  ),
  ...[
    ["Host", "registry.example.org"],
    ["Host", "evil.example"],
    ["hOST", "images.example.org"],
    ["Host", ""],
  ].flatMap(([name = "", value = ""]): Case[] => [
    { name: `refused: another line, ${name}: ${value}`, target: blob, headers: [[name, value]], expected: oci(400) },
    {
      name: `refused: another line before the path of a file, ${name}: ${value}`,
      target: file,
      host: files,
      headers: [
        ["A", "b"],
        [name, value],
      ],
      expected: plain(400),
    },
    {
      name: `refused: another line, whatever the request line says, ${name}: ${value}`,
      target: `http://${files}${file}`,
      headers: [[name, value]],
      expected: plain(400),
    },
  ]),
  ...[
    [`http://registry.example.org${blob}`, "evil.example"],
    [`https://registry.example.org${blob}`, "evil.example"],
    [`HTTP://Registry.Example.ORG.:8080${blob}`, "evil.example"],
    [`http://registry.example.org${blob}`, "registry.example.org"],
    [`http://localhost:8080${blob}`, files],
  ].map(
    ([target = "", host = ""]): Case => ({
      name: `absolute: ${target.slice(0, 38)} with Host: ${host}`,
      target,
      host,
      from: oregon,
      expected: fromOregon,
    }),
  ),
  {
    name: "absolute: with an empty port",
    target: `hTTps://registry.example.org:${blob}`,
    host: "evil.example",
    from: oregon,
    expected: fromOregon,
  },
  {
    name: "absolute: a file, with a query",
    target: `http://${files}${file}?a=b/c`,
    host: "evil.example",
    from: unaffiliated,
    expected: personal(`${cdn}/files${file}?a=b/c`),
  },
  {
    name: "absolute: HEAD",
    method: "HEAD",
    target: `http://${files}${file}`,
    from: oregon,
    expected: personal(aws("us-west-2") + file),
  },
  { name: "absolute: a page, with a slash", target: `http://${files}/`, expected: shared(info) },
  {
    name: "absolute: a page, without a path",
    target: `http://${files}`,
    expected: shared(info),
  },
  {
    name: "absolute: a page, without a path, with a query",
    target: `https://${files}:443?a=b`,
    expected: shared(info),
  },
  { name: "absolute: OPTIONS", method: "OPTIONS", target: `http://${files}${file}`, expected: preflight },
  {
    name: "absolute: POST",
    method: "POST",
    target: "http://registry.example.org/v2/",
    host: files,
    expected: oci(405),
  },
  { name: "absolute: not ours", target: "http://evil.example/x", host: files, expected: plain(404) },
  {
    name: "absolute: not ours, below /v2/",
    target: "https://evil.example:8443/v2/",
    host: "registry.example.org",
    expected: oci(404),
  },
  { name: "absolute: of another scheme", target: `ftp://${files}${file}`, host: files, expected: plain(400) },
  { name: "absolute: no host", target: `http://${file}`, host: files, expected: plain(400) },
  { name: "absolute: a user", target: `http://user@${files}${file}`, host: files, expected: plain(400) },
  { name: "absolute: an invalid port", target: `http://${files}:x${file}`, host: files, expected: plain(400) },
  { name: "absolute: a port too high", target: `http://${files}:65536${file}`, host: files, expected: plain(400) },
  {
    name: "absolute: a fragment instead of a path",
    target: `http://${files}#x`,
    host: files,
    expected: inAnyWords(400),
  },
  {
    name: "absolute: a URL in a URL",
    target: `http://${files}/http://evil.example/x`,
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/http%3A/evil.example/x`),
    differs: configurations("spelling", personal(`${cdn}/files/http:/evil.example/x`)),
  },
  {
    name: "connect: a host and a port",
    method: "CONNECT",
    target: "registry.example.org:443",
    host: "registry.example.org:443",
    expected: inAnyWords(405),
  },
  {
    name: "refused: a target that is an address",
    target: "registry.example.org:443",
    host: files,
    expected: inAnyWords(400),
  },
  { name: "refused: a target that is an asterisk", target: "*", host: files, expected: plain(400) },
  { name: "refused: a target without a slash", target: "release/x", host: files, expected: inAnyWords(400) },
  { name: "host: not ours, a blob", target: blob, host: "evil.example", expected: oci(404) },
  { name: "host: not ours, a ping", target: "/v2/", host: "evil.example", expected: oci(404) },
  { name: "host: not ours, a page", target: "/", host: "evil.example", expected: plain(404) },
  { name: "host: only ends like one of ours", target: "/", host: "x.registry.example.org", expected: plain(404) },
  { name: "host: one for files does not serve images", target: blob, host: mapped, expected: plain(404) },
  { name: "host: one for images does not serve files", target: file, expected: plain(404) },
];

/** Dot segments and repeated slashes, and the path without them. */
const tidy: readonly Case[] = [
  ...[
    ["/a/./b", "/a/b"],
    ["/./a/b", "/a/b"],
    ["/a//b", "/a/b"],
    ["//a/b", "/a/b"],
    ["///a////b", "/a/b"],
    ["//evil.example/x", "/evil.example/x"],
    ["/a/../b", "/b"],
    ["/a/b/c/../../d", "/a/d"],
    ["/a/%2e%2E/b", "/b"],
    ["/a/.%2e/b", "/b"],
    ["/a/%2e/b", "/a/b"],
    ["/a//../b", "/a/b"],
    ["//../b", "/b"],
    ["/a/.././/./b", "/b"],
    ["/a%20b/./c", "/a%20b/c"],
    ["/a/./x_1.0~rc1.deb?a=//./b", "/a/x_1.0~rc1.deb?a=//./b"],
    ["/a/.../..b", "/a/.../..b"],
    ["/./.a/b", "/.a/b"],
    ["/a/./..b", "/a/..b"],
    ["/././...", "/..."],
    ["/x/../..a", "/..a"],
    ["//.a//./..b", "/.a/..b"],
  ].map(
    ([target = "", path = ""]): Case => ({
      name: `file: ${target}`,
      target,
      host: files,
      from: unaffiliated,
      expected: personal(`${cdn}/files${path}`),
    }),
  ),
  {
    name: "file: a name that Unicode's lower-casing would turn into metadata",
    target: "/%E2%84%AAEYS",
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/%E2%84%AAEYS`),
  },
  {
    name: "file: names that only some servers treat as dots",
    target: "/..;/a/./..;p/b",
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/..%3B/a/..%3Bp/b`),
    differs: {
      nginx: { because: "spelling", expected: personal(`${cdn}/files/..;/a/..;p/b`) },
      envoy: { because: "path-parameters", expected: personal(`${cdn}/files/b`) },
    },
  },
  ...[
    ["/a/.", "/a/"],
    ["/a/b/..", "/a/"],
    ["/a/b/../?c=d", "/a/?c=d"],
    ["//a//", "/a/"],
  ].map(
    ([target = "", path = ""]): Case => ({
      name: `directory: ${target}`,
      target,
      host: files,
      expected: shared(`${origin}${path}`),
    }),
  ),
  {
    name: "metadata: apt's flat repository",
    target: "/repo/./InRelease",
    host: files,
    from: oregon,
    expected: vouching(`${origin}/repo/InRelease`),
  },
  {
    name: "file: after an encoded slash and dots",
    target: "/a%2F../b",
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/b`),
    differs: configurations("spelling", plain(400)),
  },
  { name: "page: two slashes", target: "//", expected: shared(info) },
  { name: "page: a dot", target: "/.", host: files, expected: shared(info) },
  { name: "privacy page after dots", target: "/a/../privacy", expected: shared(privacy) },
  { name: "ping: two slashes", target: "/v2//", expected: ping },
  { name: "ping: two leading slashes", target: "//v2/", host: all, expected: ping },
  {
    name: "manifest: dots and slashes",
    target: "/v2/./a//b/manifests/../manifests/latest",
    expected: shared(`${registry}/a/b/manifests/latest`),
  },
  { name: "manifest: dots in a name", target: "/v2/a/../b/manifests/x", expected: shared(`${registry}/b/manifests/x`) },
  {
    name: "manifest: escaped dots in a name",
    target: "/v2/a/%2e%2e/b/manifests/latest",
    expected: shared(`${registry}/b/manifests/latest`),
  },
  { name: "blob: two leading slashes", target: `/${blob}`, from: oregon, expected: fromOregon },
  {
    name: "file: dots that leave /v2/",
    target: "/v2/../a",
    host: all,
    from: unaffiliated,
    expected: personal(`${cdn}/files/a`),
  },
  { name: "refused: its own pages after slashes", target: "//-//x", host: files, expected: plain(404) },
  { name: "refused: its own pages after dots", target: "/a/../-/x", host: files, expected: plain(404) },
  {
    name: "host's path: dots are removed first",
    target: "/bin/../bin//./v1/kubectl",
    host: mapped,
    from: oregon,
    expected: personal(`${aws("us-west-2")}/project/release/v1/kubectl`),
  },
  {
    name: "a path that this host does not have, after dots",
    target: "/bin/../release/x",
    host: mapped,
    expected: plain(404),
  },
  {
    name: "file: more dots than a configuration removes",
    target: `/${"a/../".repeat(20)}b`,
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/b`),
    differs: { nginx: { because: "spelling", expected: plain(400) } },
  },
];

const refused: readonly Case[] = [
  ...["POST", "PUT", "DELETE", "PATCH"].map(
    (method): Case => ({ name: `method: ${method} below /v2/`, method, target: blob, expected: oci(405) }),
  ),
  ...[
    { name: "a blob", target: blob, host: "registry.example.org" },
    { name: "a file", target: `${file}?a=b`, host: files },
    { name: "a page that does not exist", target: "/a/../b", host: files },
    { name: "the root", target: "/", host: files },
    { name: "a host that is not ours", target: "/v2/", host: "evil.example" },
  ].flatMap(({ name, ...place }): Case[] => [
    {
      name: `preflight: ${name}`,
      method: "OPTIONS",
      ...place,
      headers: [
        ["Origin", "https://page.example"],
        ["Access-Control-Request-Method", "GET"],
        ["Access-Control-Request-Headers", "authorization,x-a"],
      ],
      expected: preflight,
    },
    { name: `options: ${name}`, method: "OPTIONS", ...place, expected: preflight },
  ]),
  {
    name: "options: of the server",
    method: "OPTIONS",
    target: "*",
    host: files,
    expected: plain(405),
  },
  { name: "method: PUT of a file", method: "PUT", target: file, host: files, expected: plain(405) },
  {
    name: "method: POST to a host that is not ours",
    method: "POST",
    target: "/v2/",
    host: "evil.example",
    expected: oci(405),
  },
  { name: "refused: catalogue", target: "/v2/_catalog?n=10", expected: oci(404) },
  { name: "refused: catalogue with a slash", target: "/v2/_catalog/", expected: oci(404) },
  { name: "refused: another version", target: "/v3/", expected: plain(404) },
  { name: "refused: only begins like /v2", target: "/v2foo", expected: plain(404) },
  { name: "refused: only begins like /privacy", target: "/privacyfoo", expected: plain(404) },
  { name: "refused: the older API", target: "/v1/_ping", expected: plain(404) },
  { name: "refused: an upload", target: "/v2/pause/blobs/uploads/", expected: oci(404) },
  { name: "refused: a blob without a repository", target: `/v2/blobs/${digest}`, expected: oci(404) },
  { name: "refused: not a digest", target: "/v2/pause/blobs/sha256:zz", expected: oci(400) },
  {
    name: "refused: a digest in upper case",
    target: blob.toUpperCase().replace("/V2/PAUSE/BLOBS", "/v2/pause/blobs"),
    expected: oci(400),
  },
  { name: "refused: a digest of an unregistered algorithm", target: `/v2/pause/blobs/md5:${hex}`, expected: oci(400) },
  {
    name: "refused: a digest of another algorithm's length",
    target: `/v2/pause/blobs/sha512:${hex}`,
    expected: oci(400),
  },
  {
    name: "refused: a manifest by something that is not a digest",
    target: "/v2/pause/manifests/sha256:zz",
    expected: oci(400),
  },
  { name: "refused: neither tag nor digest", target: "/v2/pause/manifests/-x", expected: oci(404) },
  { name: "refused: a space in a tag", target: "/v2/pause/manifests/a%20b", expected: oci(404) },
  { name: "refused: referrers of a tag", target: "/v2/pause/referrers/latest", expected: oci(400) },
  { name: "refused: a name in upper case", target: "/v2/Pause/manifests/latest", expected: oci(400) },
  { name: "refused: a name of 256 characters", target: `/v2/${"a".repeat(256)}/manifests/latest`, expected: oci(400) },
  {
    name: "a name of 255 characters",
    target: `/v2/${"a".repeat(255)}/tags/list`,
    expected: shared(`${registry}/${"a".repeat(255)}/tags/list`),
  },
  { name: "refused: no name", target: "/v2//manifests/latest", expected: oci(404) },
  {
    name: "refused: dots that climb above the root",
    target: "/v2/../../other-project/repo/manifests/latest",
    expected: oci(400),
    differs: {
      nginx: { because: "request-line", expected: plain(400) },
      envoy: { because: "climbing", expected: plain(404) },
    },
  },
  ...["/..", "/a/../../b", "/%2e%2E/b"].map(
    (target): Case => ({
      name: `refused: a path that climbs above the root, ${target}`,
      target,
      host: files,
      expected: plain(400),
      differs: {
        envoy: {
          because: "climbing",
          expected: target === "/.." ? shared(info) : personal(`${cdn}/files/b`),
        },
      },
    }),
  ),
  { name: "refused: an escaped line break", target: "/a%0d%0aSet-Cookie:%20x", host: files, expected: plain(400) },
  {
    name: "refused: an escaped line break below /v2/",
    target: "/v2/pause/manifests/a%0d%0aX:%20y",
    expected: oci(400),
  },
  {
    name: "refused: an escaped zero",
    target: "/a%00b",
    host: files,
    expected: plain(400),
    differs: { envoy: { because: "refusals", expected: { status: 400, headers: {} } } },
  },
  {
    name: "refused: a backslash",
    target: "/a\\b",
    host: files,
    expected: plain(400),
    differs: { envoy: { because: "backslash", expected: personal(`${cdn}/files/a/b`) } },
  },
  { name: "refused: an escaped backslash", target: "/a%5cb", host: files, expected: plain(400) },
  { name: "refused: an escaped control beyond ASCII", target: "/a%C2%85b", host: files, expected: plain(400) },
  { name: "refused: an escape that is not UTF-8", target: "/a%ff", host: files, expected: plain(400) },
  ...["%EF%BF%BE", "%ef%bf%bf", "%EF%B7%90", "%F0%9F%BF%BE", "%F4%8F%BF%BF"].map(
    (noncharacter): Case => ({
      name: `refused: a noncharacter of Unicode, ${noncharacter}`,
      target: `/a${noncharacter}b`,
      host: files,
      expected: plain(400),
    }),
  ),
  {
    name: "refused: a noncharacter of Unicode below /v2/",
    target: "/v2/pause/manifests/a%EF%BF%BE",
    expected: oci(400),
  },
  {
    name: "file: whose name has a character of four bytes",
    target: "/a%F0%9F%98%80",
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/a%F0%9F%98%80`),
  },
  { name: "refused: the redirector's own pages, which no host has", target: "/-/x", host: files, expected: plain(404) },
  { name: "refused: its own pages on a host of images", target: "/-/x", expected: plain(404) },
  { name: "refused: its own pages on a host of both", target: "/-/x/y.html?z", host: all, expected: plain(404) },
  { name: "refused: its own pages, as a directory", target: "/-/", host: files, expected: plain(404) },
  {
    name: "file: below a folder that begins with a hyphen",
    target: "/-a/b",
    host: files,
    from: unaffiliated,
    expected: personal(`${cdn}/files/-a/b`),
  },
  { name: "refused: a truncated escape", target: "/a%", host: files, expected: plain(400) },
  {
    name: "refused: unescaped characters beyond ASCII",
    target: "/caf\u00e9",
    host: files,
    expected: { status: 400, headers: {} },
  },
  { name: "refused: a query with a quotation mark", target: `${blob}?a="`, expected: oci(400) },
  {
    name: "file: a query as browsers send it",
    target: `${file}?a[0]={b}|c^\`\\`,
    host: files,
    from: oregon,
    expected: personal(`${aws("us-west-2")}${file}?a%5B0%5D=%7Bb%7D%7Cc%5E%60%5C`),
    differs: configurations("spelling", personal(`${aws("us-west-2")}${file}?a[0]={b}|c^\`\\`)),
  },
  { name: "refused: a query of 5,000 characters", target: `${blob}?${"a".repeat(5000)}`, expected: oci(400) },
  {
    name: "a query of 3,000 characters",
    target: `/v2/a/tags/list?${"a".repeat(3000)}`,
    expected: shared(`${registry}/a/tags/list?${"a".repeat(3000)}`),
  },
  { name: "refused: a path of 10,000 characters", target: `/${"a".repeat(10_000)}`, host: files, expected: plain(400) },
  {
    name: "slashes and dots in a query are no part of the path",
    target: "/v2/a/tags/list?x=//../a",
    expected: shared(`${registry}/a/tags/list?x=//../a`),
  },
];

/** The answers on Bun, by case, if Bun normalizes the target first. */
const tidied: Readonly<Record<string, Expected>> = {
  "refused: dots that climb above the root": plain(404),
  ...Object.fromEntries(
    [
      "http://registry.example.org/v2/pause/b",
      "https://registry.example.org/v2/pause/",
      "HTTP://Registry.Example.ORG.:8080/v2/p",
    ].map((start) => [`absolute: ${start} with Host: evil.example`, oci(404)]),
  ),
  "absolute: with an empty port": oci(404),
  "absolute: http://localhost:8080/v2/pause/blobs/s with Host: dl.example.org": personal(
    `${aws("us-west-2")}${blob.replace(":", "%3A")}`,
  ),
  "absolute: a file, with a query": plain(404),
  "absolute: HEAD": plain(404),
  "absolute: not ours": personal(`${cdn}/files/x`),
  "absolute: not ours, below /v2/": ping,
  "absolute: of another scheme": inAnyWords(400),
  "absolute: no host": personal(`${cdn}/files${file}`),
  "absolute: a user": personal(`${cdn}/files${file}`),
  "absolute: an invalid port": personal(`${cdn}/files${file}`),
  "absolute: a port too high": personal(`${cdn}/files${file}`),
  "absolute: a fragment instead of a path": shared(info),
  "refused: a target that is an asterisk": inAnyWords(400),
  "refused: a path that climbs above the root, /..": shared(info),
  "refused: a path that climbs above the root, /a/../../b": personal(`${cdn}/files/b`),
  "refused: a path that climbs above the root, /%2e%2E/b": personal(`${cdn}/files/b`),
  "refused: a backslash": personal(`${cdn}/files/a/b`),
  "refused: unescaped characters beyond ASCII": personal(`${cdn}/files/caf%EF%BF%BD`),
  "refused: a query with a quotation mark": personal(`${cdn}/blobs/pause/${digest}?a=%22`),
};

function tidiedByBun(one: Case): Case {
  const expected = tidied[one.name];
  return expected ? { ...one, differs: { ...one.differs, bun: { because: "tidied", expected } } } : one;
}

/** How programs themselves handle hosts and request lines, by case. */
const ofTheirOwn: Readonly<Record<string, NonNullable<Case["differs"]>>> = {
  "connect: a host and a port": {
    nginx: { because: "request-line", expected: inAnyWords(400) },
    envoy: { because: "absolute-form", expected: inAnyWords(404) },
  },
  "options: of the server": {
    nginx: { because: "request-line", expected: inAnyWords(400) },
    envoy: { because: "absolute-form", expected: inAnyWords(404) },
    bun: { because: "tidied", expected: inAnyWords(400) },
  },
  "absolute: with an empty port": { envoy: { because: "absolute-form", expected: inAnyWords(400) } },
  "absolute: a page, without a path, with a query": { envoy: { because: "absolute-form", expected: inAnyWords(404) } },
  "absolute: a user": {
    envoy: { because: "absolute-form", expected: personal(`${cdn}/files${file}`) },
  },
};

/** Characters in a host for which Envoy refuses a request before it reads its configuration. */
const refusedByEnvoy = /^refused: the host .*[ /?#\\<"{^|`\u0080-\uffff]/;

function readByEnvoy({ name, expected: { status } }: Case): NonNullable<Case["differs"]> {
  const inItsWords = { because: "refusals", expected: inAnyWords(400) } as const;
  if (refusedByEnvoy.test(name.replace(/, a file$/, ""))) return { envoy: inItsWords };
  if (
    /^(?:absolute: (?:of another scheme|no host|an invalid port|a port)|refused: a target that is an asterisk)/.test(
      name,
    )
  ) {
    return status === 400 ? { envoy: inItsWords } : {};
  }
  if (/whatever the request line says/.test(name)) {
    return { envoy: { because: "absolute-form", expected: personal(`${cdn}/files${file}`) } };
  }
  const emptyLine = /^refused: another line(?<inFiles> before .*)?, Host: $/.exec(name);
  if (!emptyLine) return {};
  const location = emptyLine.groups?.inFiles ? `${cdn}/files${file}` : `${cdn}/blobs/pause/${digest}`;
  return { envoy: { because: "empty-host", expected: personal(location) } };
}

function asProgramsReadIt(one: Case): Case {
  return tidiedByBun({ ...one, differs: { ...one.differs, ...readByEnvoy(one), ...ofTheirOwn[one.name] } });
}

/** The table of cases, which applies to every carrier. */
export const cases: readonly Case[] = [
  ...clients,
  ...addresses,
  ...images,
  ...filesCases,
  ...oddUrls,
  ...hosts.map(asProgramsReadIt),
  ...tidy,
  ...refused.map(asProgramsReadIt),
];

/** The names under which answers of programs are listed: each must be a case's. */
export const namesWithOwnAnswers: readonly string[] = [...Object.keys(tidied), ...Object.keys(ofTheirOwn)];
