import type { GetToken } from "../credentials/credentials";
import type { Outgoing } from "./exchange";

/** Creates what authorizes requests by an access token (RFC 6750), if there is one. @param more headers of every request */
export function bearerOf(
  getToken: GetToken,
  more: () => Readonly<Record<string, string>> = () => ({}),
): (outgoing: Outgoing) => Promise<Outgoing> {
  return async (outgoing) => {
    const token = await getToken(outgoing.signal);
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return { ...outgoing, headers: { ...outgoing.headers, ...more(), ...authorization } };
  };
}
