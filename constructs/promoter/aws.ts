import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import type { AwsIdentityProvider } from "../identity-provider/aws";

/** Properties of `AwsPromoter`. */
export interface AwsPromoterProps {
  /** The role's name: at most 64 characters (IAM quotas). */
  readonly name: string;
  /** What it is for. @default the promoter's */
  readonly description?: string;
  /** The one identity of another issuer that may assume the role. @default none */
  readonly trusted?: { readonly identities: AwsIdentityProvider; readonly subject: string } | undefined;
  /** The number of the promoter's service account at Google, which may assume the role, too. @default none */
  readonly googleAccount?: string | undefined;
}

/**
 * The role of the promoter, or of the planner. It has no key and no permission of its own: stores grant it what it needs. The
 * condition names audience and subject exactly; AWS compares no other claim of GitHub's tokens (GitHub, "OpenID Connect in Amazon Web
 * Services").
 */
export class AwsPromoter extends Capability {
  readonly capability = "promoter" as const;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: AwsPromoterProps) {
    super(scope, id);
    const { name, trusted, googleAccount } = props;
    const { description = "Assumed by the promoter to read staging and fill the mirrors." } = props;
    const statements = [
      ...(trusted === undefined ? [] : [trusted.identities.trust(trusted.subject)]),
      ...(googleAccount === undefined ? [] : [trustGoogle(googleAccount, name)]),
    ];
    const role = new IamRole(this, "role", {
      name,
      description,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: statements.length > 0 ? statements : [trustNobody],
      }),
      // The grants of other stacks name the role.
      lifecycle: { preventDestroy: true },
    });
    this.arn = role.arn;
  }
}

/** A role must have a trust policy. Until the account at Google is known, there is nobody to trust. */
const trustNobody = { Effect: "Deny", Principal: "*", Action: "sts:AssumeRoleWithWebIdentity" };

/**
 * Google is built into AWS, without an identity provider. `aud` is compared with the token's `azp`, and `oaud` with its `aud` (IAM User
 * Guide, "Available keys for AWS OIDC federation"): all three are needed to tell the account, and a token for this role from one for
 * another service. Such tokens can have any audience; the promoter asks for the role's name (`stores/credentials/aws/web-identity-keys.ts`).
 */
function trustGoogle(account: string, role: string): object {
  return {
    Effect: "Allow",
    Principal: { Federated: "accounts.google.com" },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        "accounts.google.com:aud": account,
        "accounts.google.com:oaud": role,
        "accounts.google.com:sub": account,
      },
    },
  };
}
