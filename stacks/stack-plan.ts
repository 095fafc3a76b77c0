import type { CloudProvider, Inventory } from "../inventory/inventory";

/** What a stack is about: data that must not be lost, the service that changes often, or names. */
export type Layer = "dns" | "redirector" | "storage";

/** One stack: one state at one provider. */
export interface PlannedStack {
  /** `<provider key>-<layer>`. */
  readonly name: string;
  readonly layer: Layer;
  readonly provider: CloudProvider;
  /** The regions in which the redirector runs; empty in other layers. */
  readonly regions: readonly string[];
}

function isAtCloud(provider: Inventory["providers"][number]): provider is CloudProvider {
  return provider.cloud !== "external";
}

/**
 * The stacks of an inventory, in the order in which they can be applied: within a provider, none needs what a later
 * one makes. A provider's stacks never need another provider's (design, decision 2).
 */
export function stackPlan({ providers, dns, redirector }: Inventory): PlannedStack[] {
  return providers.filter(isAtCloud).flatMap((provider) => {
    const regions = redirector.runsAt.find((placement) => placement.provider === provider.key)?.regions ?? [];
    const stack = (layer: Layer, inRegions: readonly string[] = []): PlannedStack => {
      return { name: `${provider.key}-${layer}`, layer, provider, regions: inRegions };
    };
    return [
      stack("storage"),
      ...(dns.publishedAt.includes(provider.key) ? [stack("dns")] : []),
      // Cloud Run only runs images. The storage stack creates the registry for the first one.
      ...(regions.length > 0 && (provider.cloud !== "google" || redirector.image !== undefined)
        ? [stack("redirector", regions)]
        : []),
    ];
  });
}
