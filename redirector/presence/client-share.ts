import { unknownNetwork } from "../../routing/client-network";

/**
 * How many networks' shares a client network may use. The unknown network may be all clients, for example behind a proxy that
 * does not pass on the client's address. A limit meant for a /24 must not shut them out, and they must leave half of everything
 * to known clients.
 */
export function sharesOf(network: string): number {
  return network === unknownNetwork ? 4 : 1;
}
