import { createHash } from "node:crypto";
import { cloudEntries, sampleAddresses } from "./cloud-addresses";
import { seededRandom } from "./seeded-random";

/** A request of a client that pulls an image. */
export interface Pull {
  readonly target: string;
  readonly host: string;
  /** The value of `X-Forwarded-For`. */
  readonly forwardedFor: string;
  readonly userAgent: string;
}

/** The host names in the shipped inventory. */
const registry = "registry.example.org";
const downloads = "dl.example.org";

const images = [
  "pause",
  "kube-proxy",
  "coredns/coredns",
  "etcd",
  "ingress-nginx/controller",
  "sig-storage/csi-provisioner",
];

/**
 * The number of requests of each kind, out of ten. No project publishes real figures: a pull of an image requests a
 * tag, two manifests and about five layers.
 */
const kinds = ["tag", "manifest", "manifest", "blob", "blob", "blob", "blob", "blob", "blob", "file"] as const;

/** One client in this many uses IPv6. */
const ipv6Share = 8;

function targetOf(kind: (typeof kinds)[number], image: string, digest: string): string {
  if (kind === "file") return `/release/v1.36.${Number.parseInt(digest.slice(0, 1), 16)}/bin/linux/amd64/kubelet`;
  if (kind === "blob") return `/v2/${image}/blobs/sha256:${digest}`;
  return `/v2/${image}/manifests/${kind === "tag" ? "v1.36.0" : `sha256:${digest}`}`;
}

function getDigest(index: number): string {
  return createHash("sha256").update(String(index)).digest("hex");
}

/** Picks random entries of lists, the same in every run. */
function seededPicker(): <T>(list: readonly T[]) => T {
  const random = seededRandom(4);
  return (list) => list[Math.floor(random() * list.length)] as (typeof list)[number];
}

/**
 * Blobs, for clients at Google: archeio sends these to its upstream registry without asking a bucket whether it has the
 * blob, so it does no more work than we do. It reads the second-to-last address of `X-Forwarded-For`, and we read the last.
 */
export function googleBlobs(count: number): Pull[] {
  const pick = seededPicker();
  const prefixes = cloudEntries().filter(({ place }) => place.startsWith("google/"));
  const addresses = sampleAddresses(
    prefixes.map(({ prefix }) => prefix),
    32,
    count,
  );
  return addresses.map((address, index) => ({
    target: targetOf("blob", pick(images), getDigest(index)),
    host: registry,
    forwardedFor: `${address}, ${address}`,
    userAgent: "containerd/v2.2.0",
  }));
}

/** OCI distribution specification, "Determining Support": with this a client begins every pull. */
export const ping: Pull = {
  target: "/v2/",
  host: registry,
  forwardedFor: "192.0.2.1",
  userAgent: "containerd/v2.2.0",
};

/**
 * Requests of clients in all clouds and regions, for each provider in proportion to its prefixes; the same in every
 * run.
 */
export function pullMix(count: number): Pull[] {
  const pick = seededPicker();
  const prefixes = cloudEntries().map(({ prefix }) => prefix);
  const ipv4 = sampleAddresses(prefixes, 32, count);
  const ipv6 = sampleAddresses(prefixes, 128, count);
  return Array.from({ length: count }, (_, index) => {
    const kind = pick(kinds);
    return {
      target: targetOf(kind, pick(images), getDigest(index)),
      host: kind === "file" ? downloads : registry,
      forwardedFor: (index % ipv6Share === 0 ? ipv6 : ipv4)[index] ?? "",
      userAgent: kind === "file" ? "curl/8.16.0" : "containerd/v2.2.0",
    };
  });
}

/** The wrk script that sends these requests one after another, and prints the results as one line of JSON. */
export function wrkScript(pulls: readonly Pull[]): string {
  const requests = pulls.map(
    ({ target, host, forwardedFor, userAgent }) =>
      `"GET ${target} HTTP/1.1\\r\\nHost: ${host}\\r\\nUser-Agent: ${userAgent}\\r\\nAccept: */*\\r\\nX-Forwarded-For: ${forwardedFor}\\r\\n\\r\\n"`,
  );
  return `local requests = {\n${requests.join(",\n")}\n}
local count = 0
function request()
  count = count % #requests + 1
  return requests[count]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"errors":%d,"refused":%d,"late":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write, e.status, e.timeout))
end
`;
}
