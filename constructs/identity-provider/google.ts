import { IamWorkloadIdentityPool } from "@cdktf/provider-google/lib/iam-workload-identity-pool";
import { IamWorkloadIdentityPoolProvider } from "@cdktf/provider-google/lib/iam-workload-identity-pool-provider";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** Properties of `GoogleIdentityProvider`. */
export interface GoogleIdentityProviderProps {
  /** The pool's id: 4 to 32 letters, digits and hyphens. The id of a deleted pool stays taken for 30 days. */
  readonly pool: string;
  /** The provider's id in the pool, such as `github`. */
  readonly provider: string;
  /** The issuer's URL, such as `https://token.actions.githubusercontent.com`. */
  readonly issuer: string;
  /** The condition, in CEL, that every accepted token meets. Without one, Google would accept the tokens of every repository. */
  readonly condition: string;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/** A pool of identities from one issuer, without keys: tokens that meet the condition become principals of the pool. */
export class GoogleIdentityProvider extends Capability {
  readonly capability = "identity-provider" as const;
  /** `projects/<number>/locations/global/workloadIdentityPools/<pool>`. */
  readonly pool: string;
  /** `<pool>/providers/<provider>`: what a workflow names to exchange its token. */
  readonly provider: string;

  constructor(scope: Construct, id: string, props: GoogleIdentityProviderProps) {
    super(scope, id);
    const pool = this.#createPool(props);
    this.pool = pool.name;
    this.provider = this.#createProvider(pool, props).name;
  }

  #createPool({ pool, issuer, services = [] }: GoogleIdentityProviderProps): IamWorkloadIdentityPool {
    return new IamWorkloadIdentityPool(this, "pool", {
      workloadIdentityPoolId: pool,
      description: `Identities from ${issuer}`,
      dependsOn: [...services],
    });
  }

  #createProvider(
    pool: IamWorkloadIdentityPool,
    { provider, issuer, condition }: GoogleIdentityProviderProps,
  ): IamWorkloadIdentityPoolProvider {
    const created = new IamWorkloadIdentityPoolProvider(this, "provider", {
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: provider,
      attributeCondition: condition,
      // No allowed audiences: the default is the provider's own name, which no other relying party accepts.
      oidc: { issuerUri: issuer },
    });
    // As an argument, its key would be converted to snake case (cdktf 0.21).
    created.addOverride("attribute_mapping", { "google.subject": "assertion.sub" });
    return created;
  }
}
