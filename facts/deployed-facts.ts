/** A record that proves to a certificate authority that a host is ours; always a CNAME. */
export interface ValidationRecord {
  /** The record's full name, without a final dot. */
  readonly name: string;
  /** What it points to, without a final dot. */
  readonly value: string;
}

/** What holds artifacts at a cloud. */
export type StoreKind = "bucket" | "registry";

/** What only a cloud knows of one provider's deployment. Every member is missing until something was deployed. */
export interface ProviderFacts {
  /** The redirector's load balancer (Google). */
  readonly addresses?: { readonly ipv4: string; readonly ipv6: string };
  /** The redirector's API (AWS): region, then host, then the regional name that the host must point to. */
  readonly targets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Certificate validation, by host. */
  readonly validations?: Readonly<Record<string, ValidationRecord>>;
  /**
   * The stores that are deployed and filled, by kind: the regions. Clients are sent to no other stores of a cloud, and none of
   * these may leave the inventory before it was retired.
   */
  readonly stores?: Readonly<Partial<Record<StoreKind, readonly string[]>>>;
  /** What was used of the credits in a month (YYYY-MM, UTC), in their currency. */
  readonly used?: { readonly month: string; readonly amount: number };
  /** CloudFront distributions, by the region of the bucket behind them. */
  readonly distributions?: Readonly<Record<string, string>>;
}

/** Deployed facts, by provider key: what `deployed.yaml` says. */
export type DeployedFacts = Readonly<Record<string, ProviderFacts>>;

/** Whether any store is listed; none is before the first deployment. */
export function hasStores(facts: DeployedFacts): boolean {
  return Object.values(facts).some(({ stores = {} }) => Object.values(stores).some((regions) => regions.length > 0));
}

/** Whether a store is deployed and filled, as `deployed.yaml` says. */
export function isListed(facts: ProviderFacts | undefined, kind: StoreKind, region: string): boolean {
  return facts?.stores?.[kind]?.includes(region) === true;
}
