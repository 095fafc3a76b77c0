/**
 * Gives an OpenID Connect token that says who runs this program, for an audience. Other clouds exchange it for credentials of
 * their own, so that no keys are stored. A new one is issued for each exchange.
 */
export type GetIdentityToken = (audience: string) => Promise<string>;

/** What vouches for this program. */
export interface Identity {
  /** Who issues the tokens; `file`: the file does not say. */
  readonly issuer: "file" | "github" | "google";
  readonly getToken: GetIdentityToken;
}
