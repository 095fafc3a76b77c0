import type { DeployedFacts } from "../../facts/deployed-facts";
import type { AwsProvider, CloudProvider, ExternalMirror, Inventory, Provider } from "../../inventory/inventory";
import { type MirrorStore, mirrorStores } from "../../inventory/mirror-stores";
import { blobContainer, blobFolder } from "../../inventory/names";
import { ecrPublicHost } from "../../stores/credentials/registries/ecr-api";
import { needsBlobs } from "./needs-blobs";
import { placeExternalStore } from "./place-external-store";
import type { PromotionRole } from "./promotion-role";
import { splitRegistry } from "./split-registry";
import type { BucketPlace, StorePlace, UnplacedStore } from "./store-place";
import { usualIdentities } from "./usual-identities";
import { versionDays } from "./version-days";

/** Where promotion writes and what it verifies, and the stores that it cannot reach. */
export interface PlacedStores {
  readonly places: readonly StorePlace[];
  readonly unplaced: readonly UnplacedStore[];
}

/** A store, and what it belongs to. */
interface StoreContext {
  readonly store: MirrorStore;
  readonly inventory: Inventory;
  readonly facts: DeployedFacts;
  readonly role: PromotionRole;
}

/** Where a store is; several places if it is a bucket for blobs and files. */
type Placing = readonly (StorePlace | UnplacedStore)[];

type CloudMirror = CloudProvider["mirrors"][number];

function isUnplaced(placing: StorePlace | UnplacedStore): placing is UnplacedStore {
  return "fix" in placing;
}

function placeBucket(
  provider: CloudProvider,
  mirror: CloudMirror,
  { inventory, facts, role }: StoreContext,
): BucketPlace {
  const { name = "" } = mirror.bucket ?? {};
  const identities = usualIdentities(inventory, facts, provider, role);
  switch (provider.cloud) {
    case "google":
      return { at: "google", bucket: name };
    case "aws":
      return { at: "aws", bucket: name, region: mirror.region, identities };
    case "azure":
      return { at: "azure", account: name, container: blobContainer, identities };
  }
}

/** ECR Public's repositories are created by the storage stack, below an alias that AWS chooses. */
function placePublicRegistry(provider: AwsProvider, mirror: CloudMirror, context: StoreContext): Placing {
  const { store, inventory, facts, role } = context;
  const alias = facts[provider.key]?.alias;
  if (alias === undefined) {
    return [
      {
        mirror: store.mirror,
        kind: "registry",
        filling: store.filling,
        message: `the alias of ${provider.key}'s public registry is not in deployed.yaml`,
        fix: `Deploy the stack ${provider.key}-storage, and run \`mirrorform facts\`.`,
      },
    ];
  }
  const { repositories = [] } = (mirror as AwsProvider["mirrors"][number]).registry ?? {};
  const login = { identities: usualIdentities(inventory, facts, provider, role) };
  const place = { host: ecrPublicHost, root: alias, repositories, login, account: provider.account };
  return [{ ...baseOf(context, mirror), kind: "registry", ...place }];
}

function placeRegistry(provider: CloudProvider, mirror: CloudMirror, context: StoreContext): Placing {
  if (provider.cloud === "aws") return placePublicRegistry(provider, mirror, context);
  const { store, inventory, facts, role } = context;
  // The other regions of Azure's registry have the same address: Azure answers from any, and promotion cannot tell which.
  if (store.filling === "cloud") return [];
  const login = { identities: usualIdentities(inventory, facts, provider, role) };
  return [{ ...baseOf(context, mirror), kind: "registry", ...splitRegistry(store.address ?? ""), login }];
}

/** What all places of a store have in common. */
function baseOf(
  { store, inventory }: StoreContext,
  { withdrawal }: CloudMirror | ExternalMirror,
): Pick<StorePlace, "mirror" | "isOrigin" | "filling" | "mayRemove"> {
  const { provider, mirror } = inventory.origin;
  const { mirror: name, filling } = store;
  return { mirror: name, isOrigin: name === `${provider}/${mirror}`, filling, mayRemove: withdrawal };
}

function placeCloudStore(provider: CloudProvider, mirror: CloudMirror, context: StoreContext): Placing {
  if (context.store.kind === "registry") return placeRegistry(provider, mirror, context);
  const base = { ...baseOf(context, mirror), versionDays: versionDays[provider.cloud] };
  const bucket = placeBucket(provider, mirror, context);
  return [
    ...(needsBlobs(provider, mirror.region)
      ? [{ ...base, kind: "blobs", bucket, key: `${blobFolder}/{digest}` } as const]
      : []),
    { ...base, kind: "files", bucket, key: "{path}" },
  ];
}

function placeStore(context: StoreContext): Placing {
  const [providerKey, mirrorKey] = context.store.mirror.split("/");
  const provider = context.inventory.providers.find(({ key }) => key === providerKey) as Provider;
  if (provider.cloud === "external") {
    const mirror = provider.mirrors.find(({ key }) => key === mirrorKey) as ExternalMirror;
    return placeExternalStore(mirror, context.store, baseOf(context, mirror));
  }
  const mirror = provider.mirrors.find(({ key }) => key === mirrorKey) as CloudMirror;
  return placeCloudStore(provider, mirror, context);
}

/**
 * Finds where every store is that promotion fills or verifies, in the order of `mirrorStores`. Stores that do not exist yet are among
 * them: `deployed.yaml` lists a store only once it is filled.
 *
 * @param role who opens them
 */
export function placeStores(
  inventory: Inventory,
  facts: DeployedFacts,
  role: PromotionRole = "promoter",
): PlacedStores {
  const placed = mirrorStores(inventory).flatMap((store) => placeStore({ store, inventory, facts, role }));
  return {
    places: placed.filter((each): each is StorePlace => !isUnplaced(each)),
    unplaced: placed.filter(isUnplaced),
  };
}
