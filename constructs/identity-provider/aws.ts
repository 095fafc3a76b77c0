import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** Properties of `AwsIdentityProvider`. */
export interface AwsIdentityProviderProps {
  /** The issuer's URL, such as `https://token.actions.githubusercontent.com`. */
  readonly issuer: string;
}

/** The audience of tokens for AWS, as `aws-actions/configure-aws-credentials` and the SDKs request them. */
const stsAudience = "sts.amazonaws.com";

/**
 * Lets an account's roles trust the tokens of an issuer. An account can have only one provider for an issuer, so nothing but the layer
 * `bootstrap` creates it. A provider by itself trusts nobody: roles do, with conditions.
 */
export class AwsIdentityProvider extends Capability {
  readonly capability = "identity-provider" as const;
  readonly arn: string;
  /** The issuer without its scheme: the prefix of the condition keys of its claims. */
  readonly claims: string;
  /** The audience that tokens must have. */
  readonly audience = stsAudience;

  constructor(scope: Construct, id: string, { issuer }: AwsIdentityProviderProps) {
    super(scope, id);
    this.claims = issuer.replace(/^https:\/\//, "");
    const provider = new IamOpenidConnectProvider(this, "provider", {
      url: issuer,
      clientIdList: [stsAudience],
      // Other roles of the account may trust it, too.
      lifecycle: { preventDestroy: true },
    });
    this.arn = provider.arn;
  }

  /**
   * The statement that lets tokens assume a role, by audience and subject. AWS compares few other claims (IAM User Guide, "Available keys
   * for AWS OIDC federation").
   *
   * @param subject the whole subject, in which a final `*` stands for any characters
   */
  trust(subject: string): object {
    const audience = { [`${this.claims}:aud`]: this.audience };
    const wanted = { [`${this.claims}:sub`]: subject };
    return {
      Effect: "Allow",
      Principal: { Federated: this.arn },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: subject.endsWith("*")
        ? { StringEquals: audience, StringLike: wanted }
        : { StringEquals: { ...audience, ...wanted } },
    };
  }
}
