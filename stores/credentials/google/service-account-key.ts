import { createSign } from "node:crypto";
import { z } from "zod";
import { StoreError } from "../../store-error";
import { askEndpoint } from "../ask-endpoint";
import type { Expiring } from "../keep-until-expiry";
import { expiryIn, readSecretAnswer, tokenAnswer } from "../read-secret-answer";
import { googleEndpoint, googleScope } from "./google-endpoint";

/** A service account's key (AIP-4112). */
export const serviceAccountKey = z.object({
  type: z.literal("service_account"),
  client_email: z.string(),
  private_key: z.string(),
  private_key_id: z.string().optional(),
  token_uri: z.string(),
});

/** Google's limit for the life of an assertion, in seconds. */
const life = 3_600;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A JWT signed with RS256 (RFC 7523, section 3; Google, "Using OAuth 2.0 for Server to Server Applications"). */
function signAssertion(key: z.infer<typeof serviceAccountKey>): string {
  const { client_email: iss, private_key, private_key_id: kid, token_uri: aud } = key;
  const iat = Math.floor(Date.now() / 1000);
  const text = `${encode({ alg: "RS256", typ: "JWT", kid })}.${encode({ iss, scope: googleScope, aud, iat, exp: iat + life })}`;
  try {
    return `${text}.${createSign("RSA-SHA256").update(text).sign(private_key).toString("base64url")}`;
  } catch {
    throw new StoreError("private_key of the credential file is not a private RSA key: create another key", "denied");
  }
}

/** Exchanges a key for an access token. @throws StoreError */
export async function exchangeServiceAccountKey(key: z.infer<typeof serviceAccountKey>): Promise<Expiring<string>> {
  const name = "Google's token endpoint";
  const text = await askEndpoint({
    name,
    url: googleEndpoint(key.token_uri, "token_uri"),
    form: { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: signAssertion(key) },
    fix: "check that the key still exists, and that this machine's clock is right",
  });
  const { access_token, expires_in } = readSecretAnswer(text, tokenAnswer, name);
  return { value: access_token, until: expiryIn(expires_in) };
}
