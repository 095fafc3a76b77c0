import { z } from "zod";
import { askEndpoint } from "../ask-endpoint";
import type { Expiring } from "../keep-until-expiry";
import { expiryIn, readSecretAnswer, tokenAnswer } from "../read-secret-answer";
import { googleEndpoint } from "./google-endpoint";

/** A user's login, as `gcloud auth application-default login` writes it (AIP-4113). */
export const authorizedUser = z.object({
  type: z.literal("authorized_user"),
  client_id: z.string(),
  client_secret: z.string(),
  refresh_token: z.string(),
  /** Only in files of tests and of other universes. */
  token_uri: z.string().default("https://oauth2.googleapis.com/token"),
});

/** Exchanges a user's refresh token for an access token (RFC 6749, section 6). @throws StoreError */
export async function refreshUser(user: z.infer<typeof authorizedUser>): Promise<Expiring<string>> {
  const { client_id, client_secret, refresh_token, token_uri } = user;
  const name = "Google's token endpoint";
  const text = await askEndpoint({
    name,
    url: googleEndpoint(token_uri, "token_uri"),
    form: { grant_type: "refresh_token", client_id, client_secret, refresh_token },
    fix: "run `gcloud auth application-default login`",
  });
  const { access_token, expires_in } = readSecretAnswer(text, tokenAnswer, name);
  return { value: access_token, until: expiryIn(expires_in) };
}
