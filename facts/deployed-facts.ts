/** A record that proves to a certificate authority that a host is ours; always a CNAME. */
export interface ValidationRecord {
  /** The record's full name, without a final dot. */
  readonly name: string;
  /** The record's target, without a final dot. */
  readonly value: string;
}

/** A kind of store at a cloud. */
export type StoreKind = "bucket" | "registry";

/** What all resources of a provider depend on. None of it can change in place. */
export interface Deployment {
  /** `project.name` of the inventory. */
  readonly project?: string;
  /** The AWS account, Google project or Azure subscription. */
  readonly account?: string;
  /** The bucket (at Azure: the storage account) of Terraform's state. */
  readonly state?: string;
  /** The zone that the provider publishes. */
  readonly zone?: string;
}

/** Facts about one provider's deployment. All members are absent before the first deployment. */
export interface ProviderFacts {
  /** What the provider's stacks were deployed with. */
  readonly deployment?: Deployment;
  /** The redirector's load balancer (Google). */
  readonly addresses?: { readonly ipv4: string; readonly ipv6: string };
  /** The redirector's API (AWS): region, then host, then the regional name that the host must point to. */
  readonly targets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Certificate validation, by host. */
  readonly validations?: Readonly<Record<string, ValidationRecord>>;
  /**
   * The stores that are deployed and filled, by kind: the regions. Clients are not sent to any other store of a cloud, and
   * none of these may be removed from the inventory before it is retired.
   */
  readonly stores?: Readonly<Partial<Record<StoreKind, readonly string[]>>>;
  /** The credits used in a month (YYYY-MM, UTC), in their currency. */
  readonly used?: { readonly month: string; readonly amount: number };
  /** The identity that promotes. */
  readonly promoter?: {
    /** Google: the number of its service account, by which other clouds know it. */
    readonly account?: string;
    /** Azure: its client id. */
    readonly client?: string;
    /** Azure: its tenant's id. */
    readonly tenant?: string;
  };
  /** The identity that reads for plans of pull requests (Azure). */
  readonly planner?: { readonly client?: string; readonly tenant?: string };
  /** The alias of the account's public registry (AWS): its repositories are at `public.ecr.aws/ALIAS`. */
  readonly alias?: string;
  /** CloudFront distributions, by the region of the bucket behind them. */
  readonly distributions?: Readonly<Record<string, string>>;
}

/** Deployed facts, by provider key: the content of `deployed.yaml`. */
export type DeployedFacts = Readonly<Record<string, ProviderFacts>>;

/** Whether any store is listed. False before the first deployment. */
export function hasStores(facts: DeployedFacts): boolean {
  return Object.values(facts).some(({ stores = {} }) => Object.values(stores).some((regions) => regions.length > 0));
}

/** Whether `deployed.yaml` lists a store as deployed and filled. */
export function isListed(facts: ProviderFacts | undefined, kind: StoreKind, region: string): boolean {
  return facts?.stores?.[kind]?.includes(region) === true;
}
