import type {
  AwsProvider,
  AzureProvider,
  CloudProvider,
  GoogleProvider,
  Inventory,
  Provider,
  StagingArea,
} from "../inventory/inventory";

/** A planned stack: one Terraform state for one layer at one provider. */
interface Plan<At extends CloudProvider, Layer extends string> {
  /** `<provider key>-<layer>`. */
  readonly name: string;
  readonly cloud: At["cloud"];
  readonly layer: Layer;
  readonly provider: At;
}

/** A planned redirector stack. */
interface RedirectorPlan<At extends CloudProvider> extends Plan<At, "redirector"> {
  /** The regions in which the redirector runs, at least one, sorted. */
  readonly regions: readonly string[];
}

/** A planned stack of staging areas. */
interface StagingPlan<At extends CloudProvider> extends Plan<At, "staging"> {
  /** The provider's areas, at least one, sorted by project. */
  readonly areas: readonly StagingArea[];
}

/** A planned stack without resources. Its name is that of the stack whose state it keeps. */
type EmptiedPlan<At extends CloudProvider> = Plan<At, "emptied">;

interface GoogleRedirectorPlan extends RedirectorPlan<GoogleProvider> {
  /** The container image, by digest. */
  readonly image: string;
}

/**
 * The types of plans, by cloud and layer. To add a layer, add it here for each cloud that has it, to the table in
 * `add-stack.ts`, and in its place in the order below.
 */
export interface StackPlans {
  readonly aws: {
    readonly bootstrap: Plan<AwsProvider, "bootstrap">;
    readonly storage: Plan<AwsProvider, "storage">;
    readonly dns: Plan<AwsProvider, "dns">;
    readonly redirector: RedirectorPlan<AwsProvider>;
    readonly staging: StagingPlan<AwsProvider>;
    readonly emptied: EmptiedPlan<AwsProvider>;
  };
  readonly google: {
    readonly bootstrap: Plan<GoogleProvider, "bootstrap">;
    readonly storage: Plan<GoogleProvider, "storage">;
    readonly dns: Plan<GoogleProvider, "dns">;
    readonly redirector: GoogleRedirectorPlan;
    readonly staging: StagingPlan<GoogleProvider>;
    readonly emptied: EmptiedPlan<GoogleProvider>;
  };
  readonly azure: {
    readonly bootstrap: Plan<AzureProvider, "bootstrap">;
    readonly storage: Plan<AzureProvider, "storage">;
    readonly staging: StagingPlan<AzureProvider>;
    readonly emptied: EmptiedPlan<AzureProvider>;
  };
}

/** A planned stack of any cloud and layer. `cloud` and `layer` determine its other fields. */
export type PlannedStack = {
  [Cloud in keyof StackPlans]: StackPlans[Cloud][keyof StackPlans[Cloud]];
}[keyof StackPlans];

/**
 * The stacks of an inventory, in the order in which they can be applied: within a provider, no stack depends on a later
 * one. Stacks never depend on another provider's, so each cloud can be planned while another is down.
 */
export function stackPlan(inventory: Inventory): PlannedStack[] {
  return inventory.providers.flatMap((provider) => planProvider(provider, inventory));
}

function planProvider(provider: Provider, inventory: Inventory): PlannedStack[] {
  if (provider.cloud !== "external" && provider.state === "emptied") return planEmptied(provider);
  switch (provider.cloud) {
    case "aws":
      return planAws(provider, inventory);
    case "google":
      return planGoogle(provider, inventory);
    case "azure":
      return [plan(provider, "bootstrap"), plan(provider, "storage"), ...planStaging(provider, inventory)];
    case "external":
      return [];
  }
}

/** The layers of each cloud in the order in which they can be destroyed: the reverse of the order in which they are applied. */
const emptiedLayers: {
  readonly [Cloud in keyof StackPlans]: readonly Exclude<keyof StackPlans[Cloud], "emptied" | "bootstrap">[];
} = {
  aws: ["staging", "redirector", "dns", "storage"],
  google: ["staging", "redirector", "dns", "storage"],
  azure: ["staging", "storage"],
};

/**
 * Every stack that the provider may have had: what was never applied has an empty state, and its plan is empty, too. The bootstrap stack comes
 * last, because the others' states are in the place that it keeps.
 */
function planEmptied(provider: CloudProvider): PlannedStack[] {
  const { key, cloud } = provider;
  const emptied = emptiedLayers[cloud].map((layer) => ({ name: `${key}-${layer}`, cloud, layer: "emptied", provider }));
  return [...emptied, plan(provider, "bootstrap")] as PlannedStack[];
}

function planAws(provider: AwsProvider, inventory: Inventory): PlannedStack[] {
  const regions = redirectorRegions(provider, inventory);
  return [
    // First: it creates the place of all states, and the grants of other stacks name its identities.
    plan(provider, "bootstrap"),
    plan(provider, "storage"),
    ...(hasZone(provider, inventory) ? [plan(provider, "dns")] : []),
    ...(regions.length > 0 ? [{ ...plan(provider, "redirector"), regions }] : []),
    ...planStaging(provider, inventory),
  ];
}

function planGoogle(provider: GoogleProvider, inventory: Inventory): PlannedStack[] {
  const regions = redirectorRegions(provider, inventory);
  const { image } = inventory.redirector;
  return [
    plan(provider, "bootstrap"),
    plan(provider, "storage"),
    ...(hasZone(provider, inventory) ? [plan(provider, "dns")] : []),
    // Cloud Run only runs images. The storage stack creates the registry for the first image.
    ...(regions.length > 0 && image !== undefined ? [{ ...plan(provider, "redirector"), regions, image }] : []),
    ...planStaging(provider, inventory),
  ];
}

function planStaging<At extends CloudProvider>(provider: At, { staging }: Inventory): StagingPlan<At>[] {
  const areas = staging.filter((area) => area.provider === provider.key);
  return areas.length > 0 ? [{ ...plan(provider, "staging"), areas }] : [];
}

function plan<At extends CloudProvider, Layer extends string>(provider: At, layer: Layer): Plan<At, Layer> {
  return { name: `${provider.key}-${layer}`, cloud: provider.cloud, layer, provider };
}

function hasZone({ key }: CloudProvider, { dns }: Inventory): boolean {
  return dns.publishedAt.includes(key);
}

function redirectorRegions({ key }: CloudProvider, { redirector }: Inventory): readonly string[] {
  return redirector.runsAt.find(({ provider }) => provider === key)?.regions ?? [];
}
