import { type Coordinates, distanceKilometres } from "../../../inventory/coordinates";
import type { Provider } from "../../../inventory/inventory";
import { findRegion } from "../../../inventory/region";
import type { MirrorStatus, StatusReport } from "../../../redirector/pages/status-report";
import type { DecisionExplanation } from "../../../routing/decision-explanation";
import type { MirrorReason } from "../../../routing/explain";
import { richInventory } from "../../routing/tables";

/** The time of the report. */
export const now = "2026-11-20T14:32:07.000Z";

/** The mirrors with a special state; all others are healthy. */
const remarkable: Readonly<Record<string, Partial<MirrorStatus>>> = {
  "aws/me-central-1": { state: "draining", trouble: { at: "2026-11-20T02:11:40Z", words: "answered 503" } },
  "aws/ap-southeast-3": {
    breaker: "open",
    trouble: { at: "2026-11-20T14:29:12Z", words: "gave no answer within 300 ms, 5 times in a row" },
  },
  "aws/sa-east-1": { trouble: { at: "2026-11-19T22:05:00Z", words: "the connection was reset" } },
  "azure/eastasia": { state: "draining" },
  "azure/uksouth": {
    breaker: "probing",
    trouble: { at: "2026-11-20T14:31:40Z", words: "answered 500, 5 times in a row" },
  },
  "google/asia-northeast2": { state: "retired" },
};

/** Decisions per mirror: a few have most of them, as in reality. */
function decisionsOf(id: string, position: number): number {
  const large = { "google/us-central1": 184_220, "aws/us-east-1": 402_711, "aws/us-east-2": 120_481 }[id];
  if (large !== undefined) return large;
  if (remarkable[id]?.state === "retired") return 0;
  return id.startsWith("azure/") ? 9_000 + ((position * 7_919) % 21_000) : 900 + ((position * 104_729) % 43_000);
}

function placeOf({ cloud }: Provider, region: string): Coordinates | undefined {
  const found = cloud === "external" ? undefined : findRegion(cloud, region);
  return found && { latitude: found.latitude, longitude: found.longitude };
}

/** The mirrors of the rich inventory, some of them unhealthy. */
export function richMirrors(): MirrorStatus[] {
  const inventory = richInventory();
  const origin = `${inventory.origin.provider}/${inventory.origin.mirror}`;
  const mirrors = inventory.providers.flatMap((provider) =>
    provider.mirrors.map((mirror): Omit<MirrorStatus, "decisions"> => {
      const id = `${provider.key}/${mirror.key}`;
      const place = placeOf(provider, mirror.key);
      return {
        id,
        provider: provider.key,
        ...("region" in mirror && { region: mirror.region }),
        ...(place && { place }),
        state: "active",
        weight: mirror.weight,
        origin: id === origin,
        presence: provider.cloud === "external" ? "asked" : "complete",
        breaker: "closed",
        check: "done",
        ...remarkable[id],
      };
    }),
  );
  mirrors.sort((a, b) => (a.id < b.id ? -1 : 1));
  return mirrors.map((mirror, position) => ({ ...mirror, decisions: decisionsOf(mirror.id, position) }));
}

/** A client in AWS's region in Paris, with the reason for each mirror's position. */
function parisian(mirrors: readonly MirrorStatus[]): DecisionExplanation {
  const paris = findRegion("aws", "eu-west-3");
  const ranked = mirrors.map(({ id, provider, region, place, origin, state }) => {
    const kilometres = paris && place ? distanceKilometres(paris, place) : 0;
    if (state === "retired") return { id, order: 99_999, reason: "is retired" };
    if (region === "eu-west-3") return { id, order: -1, reason: "is in the client's own region, eu-west-3" };
    if (provider === "aws") {
      const reason = `is aws's, ${Math.round(kilometres).toLocaleString("en")} km from eu-west-3`;
      return { id, order: kilometres, reason };
    }
    if (origin) return { id, order: 30_000, reason: "is the origin, the last fallback" };
    return { id, order: 40_000, reason: `serves only ${provider}'s own clients` };
  });
  const reasons = ranked
    .sort((a, b) => a.order - b.order)
    .map(({ id, reason }, index): MirrorReason => ({ mirror: id, chosen: index === 0, reason }));
  const path = "/release/v1.34.0/bin/linux/amd64/kubectl";
  return {
    address: "35.180.1.1",
    path,
    network: "aws, eu-west-3",
    client: { provider: "aws", region: "eu-west-3", asn: 16509 },
    asked: "file",
    status: 307,
    location: `https://k8s-artifacts-eu-west-3.s3.dualstack.eu-west-3.amazonaws.com${path}`,
    reasons,
  };
}

/** The report of an ordinary day of the rich inventory's mirrors. */
export function richReport(): StatusReport {
  const mirrors = richMirrors();
  return {
    project: "k8s-artifacts",
    info: "https://github.com/kubernetes/registry.k8s.io",
    generatedAt: now,
    build: "0.1.0",
    table: {
      issued: "2026-11-20T09:15:00Z",
      loadedAt: "2026-11-20T09:16:21Z",
      checksum: "sha256:5d1f3b0c6a9e47f2b1d8c4e7a2f6093b7c5d8e1f4a6b9c2d3e5f708192a3b4c5",
      prefixes: 22_158,
    },
    ranges: [
      { name: "aws", asOf: "2026-11-18" },
      { name: "google", asOf: "2026-11-18" },
      { name: "azure", asOf: "2026-10-12" },
      { name: "https://www.cloudflare.com/ips-v4", asOf: "2026-11-18" },
      { name: "https://www.cloudflare.com/ips-v6", asOf: "2026-11-18" },
      { name: "asn", asOf: "2026-11-18" },
    ],
    mirrors,
    visitor: parisian(mirrors),
  };
}
