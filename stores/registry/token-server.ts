import { getDomain } from "tldts";
import { describePrivateHost } from "../../networks/describe-private-host";
import { isLoopbackHost } from "../../networks/loopback";
import { StoreError } from "../store-error";
import { registryUrl } from "./image-reference";

/** The registry that names a token server, and what may be sent there. */
export interface TokenServerQuestion {
  /** The registry, as in the names of images. */
  readonly host: string;
  /** Token servers that the user allowed: `HOST` or `HOST:PORT`. */
  readonly realms: readonly string[];
  /** Whether a login would be sent. */
  readonly hasLogin: boolean;
}

/** An allowed token server. */
export interface TokenServer {
  readonly url: URL;
  /** Whether it must be on the public internet. */
  readonly publicOnly: boolean;
}

/**
 * Registries whose tenants have names below a suffix that is not in the public suffix list: Azure Container Registry, Amazon ECR,
 * JFrog Cloud. Their token servers are at the registry's own name.
 */
const sharedSites = /^(azurecr\.(io|cn|us)|(ecr\.[a-z0-9-]+\.)?amazonaws\.com(\.cn)?|jfrog\.io)$/;

/**
 * The registered part of a name, by the public suffix list (https://publicsuffix.org); null for addresses, and for suffixes whose
 * tenants have names of their own.
 */
function findSite(hostname: string): string | null {
  const site = getDomain(hostname, { allowPrivateDomains: true });
  return site === null || sharedSites.test(site) ? null : site;
}

function isSameSite(one: string, other: string): boolean {
  if (one === other || (isLoopbackHost(one) && isLoopbackHost(other))) return true;
  const site = findSite(one);
  return site !== null && site === findSite(other);
}

/**
 * Checks the realm of a challenge. It must be https; on loopback http is allowed too, if the registry is there as well. A login
 * is only sent to the registry's own site, or to a host that the user allowed: otherwise anyone who runs a registry, or can
 * impersonate it, could choose who gets the password.
 *
 * @throws StoreError if it is not allowed
 */
export function tokenServer(realm: string, { host, realms, hasLogin }: TokenServerQuestion): TokenServer {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  const registry = registryUrl(host);
  const isPlain = url?.protocol === "http:" && isLoopbackHost(url.hostname) && registry.protocol === "http:";
  if (url === undefined || (url.protocol !== "https:" && !isPlain) || url.username !== "" || url.password !== "") {
    throw new StoreError(`${host} does not name a token server with an HTTPS URL: ${realm || "none"}`);
  }
  if (isSameSite(url.hostname, registry.hostname) || realms.includes(url.host) || realms.includes(url.hostname)) {
    return { url, publicOnly: false };
  }
  if (hasLogin) {
    throw new StoreError(
      `${host} wants its login to be sent to ${url.host}, which belongs to another site. If that is its token server, add --realm ${url.host}`,
    );
  }
  const problem = describePrivateHost(registry.hostname) === undefined ? describePrivateHost(url.hostname) : undefined;
  if (problem === undefined) return { url, publicOnly: true };
  throw new StoreError(
    `${host} names the token server ${url.host}, which ${problem}. If that is its token server, add --realm ${url.host}`,
  );
}
