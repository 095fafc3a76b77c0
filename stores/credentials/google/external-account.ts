import { z } from "zod";
import { StoreError } from "../../store-error";
import { askEndpoint } from "../ask-endpoint";
import { endpointUrl } from "../endpoint-url";
import type { Expiring } from "../keep-until-expiry";
import { expiryIn, readSecretAnswer, secretText, tokenAnswer } from "../read-secret-answer";
import { readSecretFile } from "../read-secret-file";
import { signAwsSubject } from "./aws-subject";
import { googleEndpoint, googleScope } from "./google-endpoint";
import { impersonate } from "./impersonate";

const format = z.object({ type: z.enum(["text", "json"]), subject_token_field_name: z.string().optional() });

/** Workload identity federation, as `gcloud iam workload-identity-pools create-cred-config` writes it (AIP-4117). */
export const externalAccount = z.object({
  type: z.literal("external_account"),
  audience: z.string(),
  subject_token_type: z.string(),
  token_url: z.string(),
  service_account_impersonation_url: z.string().optional(),
  credential_source: z.union([
    z.object({ file: z.string(), format: format.optional() }),
    z.object({ environment_id: z.literal("aws1"), regional_cred_verification_url: z.string() }),
    z.object({ url: z.string(), headers: z.record(z.string(), z.string()).optional(), format: format.optional() }),
  ]),
});

type ExternalAccount = z.infer<typeof externalAccount>;

/** The token in a file or an answer: all of it, or a field of JSON. */
function readSubject(text: string, { type, subject_token_field_name: field = "" }: z.infer<typeof format>): string {
  const name = "the source of the credential file";
  if (type === "json") return readSecretAnswer(text, z.object({ [field]: secretText }), name)[field] as string;
  const token = secretText.safeParse(text.trim());
  if (token.success) return token.data;
  throw new StoreError(`${name} gave no usable token: check credential_source`, "denied");
}

async function getSubject(account: ExternalAccount, environment: NodeJS.ProcessEnv): Promise<string> {
  const { credential_source: source, audience } = account;
  if ("environment_id" in source) return signAwsSubject(source.regional_cred_verification_url, audience, environment);
  const { format: written = { type: "text" } } = source;
  if ("file" in source) return readSubject(readSecretFile(source.file, "credential_source"), written);
  const url = endpointUrl(source.url, "url of credential_source");
  const { headers = {} } = source;
  const fix = "at GitHub, check that the job has `permissions: { id-token: write }`";
  return readSubject(await askEndpoint({ name: "the credential file's source", url, headers, fix }), written);
}

/**
 * Exchanges another provider's token for Google's (RFC 8693; Security Token Service API, `token`), and that for a service
 * account's if the file names one.
 *
 * @throws StoreError
 */
export async function exchangeExternalAccount(
  account: ExternalAccount,
  environment: NodeJS.ProcessEnv,
): Promise<Expiring<string>> {
  const { audience, subject_token_type, token_url, service_account_impersonation_url: impersonationUrl } = account;
  const name = "Google's Security Token Service";
  const text = await askEndpoint({
    name,
    url: googleEndpoint(token_url, "token_url"),
    form: {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
      audience,
      scope: googleScope,
      subject_token_type,
      subject_token: await getSubject(account, environment),
    },
    fix: "check the workload identity pool, its provider and its attribute condition",
  });
  const { access_token, expires_in } = readSecretAnswer(text, tokenAnswer, name);
  if (impersonationUrl !== undefined) return impersonate(impersonationUrl, access_token);
  return { value: access_token, until: expiryIn(expires_in) };
}
