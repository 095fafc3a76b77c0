import { z } from "zod";
import { StoreError } from "../../store-error";
import type { Expiring } from "../keep-until-expiry";
import { authorizedUser, refreshUser } from "./authorized-user";
import { exchangeExternalAccount, externalAccount } from "./external-account";
import { impersonate } from "./impersonate";
import { exchangeServiceAccountKey, serviceAccountKey } from "./service-account-key";

/** Obtains a new access token. */
export type ObtainToken = () => Promise<Expiring<string>>;

const impersonated = z.object({
  type: z.literal("impersonated_service_account"),
  service_account_impersonation_url: z.string(),
  source_credentials: z.union([serviceAccountKey, authorizedUser, externalAccount]),
});

/** The kinds of credential files (AIP-4110, "Application Default Credentials"), except for workforce users. */
const credentials = z.union([serviceAccountKey, authorizedUser, externalAccount, impersonated]);

function obtainerOf(parsed: z.infer<typeof credentials>, environment: NodeJS.ProcessEnv): ObtainToken {
  switch (parsed.type) {
    case "service_account":
      return () => exchangeServiceAccountKey(parsed);
    case "authorized_user":
      return () => refreshUser(parsed);
    case "external_account":
      return () => exchangeExternalAccount(parsed, environment);
    case "impersonated_service_account": {
      const obtainSource = obtainerOf(parsed.source_credentials, environment);
      const { service_account_impersonation_url: url } = parsed;
      return async () => impersonate(url, (await obtainSource()).value);
    }
  }
}

/**
 * Reads one of Google's credential files: `service_account`, `authorized_user`, `external_account` (workload identity federation)
 * or `impersonated_service_account`.
 *
 * @param file for messages
 * @throws StoreError if it is none of these
 */
export function readGoogleCredentials(text: string, file: string, environment: NodeJS.ProcessEnv): ObtainToken {
  let parsed: z.infer<typeof credentials>;
  try {
    parsed = credentials.parse(JSON.parse(text));
  } catch {
    throw new StoreError(
      `${file} is not a credential file of Google with a known type: write it with \`gcloud auth application-default login\`, or \`gcloud iam workload-identity-pools create-cred-config\``,
      "denied",
    );
  }
  return obtainerOf(parsed, environment);
}
