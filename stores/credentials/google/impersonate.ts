import { z } from "zod";
import { askEndpoint } from "../ask-endpoint";
import type { Expiring } from "../keep-until-expiry";
import { expiryAt, isoTime, readSecretAnswer, secretText } from "../read-secret-answer";
import { googleEndpoint, googleScope } from "./google-endpoint";

const answer = z.object({ accessToken: secretText, expireTime: isoTime });

/**
 * Exchanges an access token for one of a service account that it may act as (IAM Service Account Credentials API,
 * `projects.serviceAccounts.generateAccessToken`).
 *
 * @param impersonationUrl as in a credential file
 * @throws StoreError
 */
export async function impersonate(impersonationUrl: string, token: string): Promise<Expiring<string>> {
  const name = "Google's credentials API";
  const text = await askEndpoint({
    name,
    url: googleEndpoint(impersonationUrl, "service_account_impersonation_url"),
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ scope: [googleScope], lifetime: "3600s" }),
    fix: "grant this identity roles/iam.workloadIdentityUser or roles/iam.serviceAccountTokenCreator on the service account",
  });
  const { accessToken, expireTime } = readSecretAnswer(text, answer, name);
  return { value: accessToken, until: expiryAt(expireTime) };
}
