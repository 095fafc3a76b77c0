import { FederatedIdentityCredential } from "@cdktf/provider-azurerm/lib/federated-identity-credential";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** Properties of `AzurePromoter`. */
export interface AzurePromoterProps {
  /** The identity's name: at most 128 characters (Azure's naming rules). */
  readonly name: string;
  /** The identity's region. It works in every region. */
  readonly region: string;
  /** The resource group's name. */
  readonly resourceGroup: string;
  /** The identity's tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** The tokens of GitHub Actions that are exchanged for the identity's: their issuer, and the one subject. @default none */
  readonly github?: { readonly issuer: string; readonly subject: string } | undefined;
  /** The number of the promoter's service account at Google, whose tokens may be exchanged, too. @default none */
  readonly googleAccount?: string | undefined;
}

/** The issuer of service accounts' tokens, whose subject is the account's number (Google Cloud, "Service account credentials"). */
const googleIssuer = "https://accounts.google.com";

/** The audience of tokens that are exchanged at Microsoft Entra ID ("Workload identity federation"). */
export const exchangeAudience = "api://AzureADTokenExchange";

/**
 * The identity of the promoter, or of the planner. It has no secret and no role of its own: stores grant it what it needs. A credential
 * matches issuer, subject and audience exactly; Azure looks at no other claim.
 */
export class AzurePromoter extends Capability {
  readonly capability = "promoter" as const;
  /** The id that a workflow names to exchange its token. */
  readonly clientId: string;
  readonly tenantId: string;
  readonly #resourceGroup: string;

  constructor(scope: Construct, id: string, props: AzurePromoterProps) {
    super(scope, id);
    const { github, googleAccount } = props;
    this.#resourceGroup = props.resourceGroup;
    const identity = this.#createIdentity(props);
    if (github !== undefined) this.#trust(identity, "github", github.issuer, github.subject);
    if (googleAccount !== undefined) this.#trust(identity, "google", googleIssuer, googleAccount);
    this.clientId = identity.clientId;
    this.tenantId = identity.tenantId;
  }

  #createIdentity({ name, region, resourceGroup, tags }: AzurePromoterProps): UserAssignedIdentity {
    return new UserAssignedIdentity(this, "identity", {
      name,
      location: region,
      resourceGroupName: resourceGroup,
      tags: { ...tags },
      lifecycle: {
        // A new identity under the same name is another principal: every grant would have to be made again.
        preventDestroy: true,
        // Another first mirror in the inventory must not move it.
        ignoreChanges: ["location"],
      },
    });
  }

  #trust({ id }: UserAssignedIdentity, name: string, issuer: string, subject: string): void {
    new FederatedIdentityCredential(this, `trust-${name}`, {
      name,
      parentId: id,
      resourceGroupName: this.#resourceGroup,
      issuer,
      subject,
      audience: [exchangeAudience],
    });
  }
}
