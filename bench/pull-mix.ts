import { createHash } from "node:crypto";
import { cloudEntries, sampleAddresses } from "./cloud-addresses";
import { seededRandom } from "./seeded-random";

/** One request of a client that pulls. */
export interface Pull {
  readonly target: string;
  readonly host: string;
  readonly address: string;
  readonly userAgent: string;
}

/** The names that users type, in the inventory that ships. */
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

/** How many of ten requests are of a kind. No project publishes its own: a pull of an image asks for a tag, two manifests and some five layers. */
const kinds = ["tag", "manifest", "manifest", "blob", "blob", "blob", "blob", "blob", "blob", "file"] as const;

/** One client of so many comes by IPv6. */
const ipv6Share = 8;

function targetOf(kind: (typeof kinds)[number], image: string, digest: string): string {
  if (kind === "file") return `/release/v1.36.${Number.parseInt(digest.slice(0, 1), 16)}/bin/linux/amd64/kubelet`;
  if (kind === "blob") return `/v2/${image}/blobs/sha256:${digest}`;
  return `/v2/${image}/manifests/${kind === "tag" ? "v1.36.0" : `sha256:${digest}`}`;
}

/** Requests of clients in all clouds and regions, of each provider as many as it has prefixes; the same in every run. */
export function pullMix(count: number): Pull[] {
  const random = seededRandom(4);
  const prefixes = cloudEntries().map(({ prefix }) => prefix);
  const ipv4 = sampleAddresses(prefixes, 32, count);
  const ipv6 = sampleAddresses(prefixes, 128, count);
  const one = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: count }, (_, index) => {
    const kind = one(kinds);
    const digest = createHash("sha256").update(String(index)).digest("hex");
    return {
      target: targetOf(kind, one(images), digest),
      host: kind === "file" ? downloads : registry,
      address: (index % ipv6Share === 0 ? ipv6 : ipv4)[index] ?? "",
      userAgent: kind === "file" ? "curl/8.16.0" : "containerd/v2.2.0",
    };
  });
}

/** What wrk needs to send these requests one after the other, and to tell what it saw as one line of JSON. */
export function wrkScript(pulls: readonly Pull[]): string {
  const requests = pulls.map(
    ({ target, host, address, userAgent }) =>
      `"GET ${target} HTTP/1.1\\r\\nHost: ${host}\\r\\nUser-Agent: ${userAgent}\\r\\nAccept: */*\\r\\nX-Forwarded-For: ${address}\\r\\n\\r\\n"`,
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
