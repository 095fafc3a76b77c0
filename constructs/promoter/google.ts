import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import type { GoogleIdentityProvider } from "../identity-provider/google";

/** Properties of `GooglePromoter`. */
export interface GooglePromoterProps {
  /** The service account's id: at most 30 characters (IAM, "Create service accounts"). */
  readonly name: string;
  /** What it is for. @default the promoter's */
  readonly displayName?: string;
  /** The one identity of another issuer that may act as the account. @default none */
  readonly trusted?: { readonly identities: GoogleIdentityProvider; readonly subject: string } | undefined;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/**
 * The service account of the promoter, or of the planner. It has no key: a workflow exchanges its own token for the account's, and Cloud
 * Run runs as the promoter's. It has no role in the project either: stores grant it what it needs.
 */
export class GooglePromoter extends Capability {
  readonly capability = "promoter" as const;
  readonly email: string;
  /** The account's number, by which other clouds know it. */
  readonly uniqueId: string;

  constructor(scope: Construct, id: string, props: GooglePromoterProps) {
    super(scope, id);
    const account = this.#createAccount(props);
    if (props.trusted !== undefined) this.#allowSubject(account, props.trusted);
    this.email = account.email;
    this.uniqueId = account.uniqueId;
  }

  #createAccount(props: GooglePromoterProps): ServiceAccount {
    const { name, displayName = "The promoter: reads staging, and fills the mirrors", services = [] } = props;
    return new ServiceAccount(this, "account", {
      accountId: name,
      displayName,
      // A new account under the same name is another principal: every grant would have to be made again.
      lifecycle: { preventDestroy: true },
      dependsOn: [...services],
    });
  }

  /** Names one subject, not the pool: the pool's condition and this grant would both have to be wrong to let another in. */
  #allowSubject({ name }: ServiceAccount, { identities, subject }: NonNullable<GooglePromoterProps["trusted"]>): void {
    new ServiceAccountIamMember(this, "identity", {
      serviceAccountId: name,
      role: "roles/iam.workloadIdentityUser",
      member: `principal://iam.googleapis.com/${identities.pool}/subject/${subject}`,
    });
  }
}
