import { StoreError } from "../../store-error";
import { askEndpoint } from "../ask-endpoint";
import type { AwsKeys, GetAwsKeys } from "../credentials";
import { endpointUrl } from "../endpoint-url";
import type { Identity } from "../identity-token";
import { type Expiring, keepUntilExpiry } from "../keep-until-expiry";
import { expiryAt } from "../read-secret-answer";
import { awsDomain, awsRegion } from "./aws-region";

/** The role that is assumed, and who vouches for this program. */
export interface WebIdentity {
  /** The role's ARN. */
  readonly role: string;
  readonly identity: Identity;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * The audience of identity tokens, which the role's trust policy names: usually AWS STS (IAM, "Create an OIDC identity provider"). Tokens
 * of Google's service accounts can have any, so theirs is the role's name: a token for one role is of no use for another.
 */
export function audienceOf(role: string, issuer: Identity["issuer"]): string {
  return issuer === "google" ? role.slice(role.lastIndexOf("/") + 1) : "sts.amazonaws.com";
}

const rolePattern = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;

function readElement(text: string, name: string, pattern: RegExp): string {
  const [, value = ""] = new RegExp(`<${name}>([^<]{1,16384})</${name}>`).exec(text) ?? [];
  if (pattern.test(value)) return value;
  throw new StoreError("AWS STS answered without usable credentials: try again later", "denied");
}

function readKeys(text: string): Expiring<AwsKeys> {
  return {
    value: {
      accessKeyId: readElement(text, "AccessKeyId", /^[A-Za-z0-9]{1,128}$/),
      secretAccessKey: readElement(text, "SecretAccessKey", /^[!-~]+$/),
      sessionToken: readElement(text, "SessionToken", /^[!-~]+$/),
    },
    until: expiryAt(readElement(text, "Expiration", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)),
  };
}

/** `AWS_ENDPOINT_URL_STS` and `AWS_ENDPOINT_URL` name another STS (AWS SDKs and Tools Reference Guide, "Service-specific endpoints"). */
function stsUrl(environment: NodeJS.ProcessEnv): URL {
  const { AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL } = environment;
  const endpoint = AWS_ENDPOINT_URL_STS || AWS_ENDPOINT_URL;
  if (endpoint) return endpointUrl(endpoint, "AWS_ENDPOINT_URL_STS");
  const region = awsRegion(environment);
  return new URL(`https://sts.${region}.${awsDomain(region)}/`);
}

async function assumeRole(webIdentity: WebIdentity): Promise<Expiring<AwsKeys>> {
  const { role, identity, environment } = webIdentity;
  const audience = audienceOf(role, identity.issuer);
  const token = await identity.getToken(audience);
  const text = await askEndpoint({
    name: "AWS STS",
    url: stsUrl(environment),
    headers: { Accept: "text/xml" },
    form: {
      Action: "AssumeRoleWithWebIdentity",
      Version: "2011-06-15",
      RoleArn: role,
      RoleSessionName: environment.AWS_ROLE_SESSION_NAME || "mirrorform",
      WebIdentityToken: token,
    },
    fix: `check the trust policy of ${role}: who may assume it, and for which audience (${audience})`,
  });
  return readKeys(text);
}

/**
 * Temporary keys of a role that an identity token may assume (AWS STS, `AssumeRoleWithWebIdentity`). They last an hour, and are
 * renewed before that.
 *
 * @throws StoreError if the role is not the ARN of a role
 */
export function webIdentityKeys(webIdentity: WebIdentity): GetAwsKeys {
  if (!rolePattern.test(webIdentity.role)) {
    throw new StoreError(`${webIdentity.role} is not the ARN of a role: arn:aws:iam::ACCOUNT:role/NAME`, "denied");
  }
  return keepUntilExpiry(() => assumeRole(webIdentity));
}
