/**
 * Gives an OpenID Connect token that says who runs this program, for an audience. Other clouds exchange it for credentials of
 * their own, so that no keys are stored. A new one is issued for each exchange.
 */
export type GetIdentityToken = (audience: string) => Promise<string>;
