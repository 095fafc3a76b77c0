import { unknownNetwork } from "../../../routing/client-network";

/**
 * How many networks' shares a client network may use: behind the unknown one may be everybody, as where the redirector is
 * reached through a proxy that does not tell the client's address. It must not be shut out by a limit meant for a /24, and
 * must leave half of everything to clients who are known.
 */
export function sharesOf(network: string): number {
  return network === unknownNetwork ? 4 : 1;
}
