import { getDomain } from "tldts";
import { isLoopbackHost } from "../../networks/loopback";
import { privateHost } from "../../networks/private-host";
import { registryUrl } from "./image-reference";
import { RegistryError } from "./registry-error";

/** The registry that names a token server, and what would be sent there. */
export interface TokenServerQuestion {
  /** The registry, as in names of images. */
  readonly host: string;
  /** Token servers that the user allowed: `HOST` or `HOST:PORT`. */
  readonly realms: readonly string[];
  /** Whether a login would be sent. */
  readonly hasLogin: boolean;
}

/** A token server that may be asked. */
export interface TokenServer {
  readonly url: URL;
  /** Whether it must be on the public internet. */
  readonly publicOnly: boolean;
}

/**
 * Registries where each tenant has a name below a suffix that is not in the public suffix list: Azure Container
 * Registry, Amazon ECR, JFrog Cloud. Their token servers have the registry's own name.
 */
const sharedSites = /^(azurecr\.(io|cn|us)|(ecr\.[a-z0-9-]+\.)?amazonaws\.com(\.cn)?|jfrog\.io)$/;

/**
 * The registered part of a name, by the public suffix list (https://publicsuffix.org); none for addresses, and for names
 * below which others have names.
 */
function siteOf(hostname: string): string | null {
  const site = getDomain(hostname, { allowPrivateDomains: true });
  return site === null || sharedSites.test(site) ? null : site;
}

function isSameSite(one: string, other: string): boolean {
  if (one === other || (isLoopbackHost(one) && isLoopbackHost(other))) return true;
  const site = siteOf(one);
  return site !== null && site === siteOf(other);
}

/**
 * Reads the realm of a challenge. It is asked over https; on loopback also over http, if the registry is there too. A login
 * goes only to the registry's own site, or to a host that the user allowed: otherwise anybody who runs a registry, or can
 * answer for it, would choose who gets the password.
 *
 * @throws RegistryError if it may not be asked
 */
export function tokenServer(realm: string, { host, realms, hasLogin }: TokenServerQuestion): TokenServer {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  const registry = registryUrl(host);
  const isPlain = url?.protocol === "http:" && isLoopbackHost(url.hostname) && registry.protocol === "http:";
  if (url === undefined || (url.protocol !== "https:" && !isPlain) || url.username !== "" || url.password !== "") {
    throw new RegistryError(`${host} names no token server that can be asked over HTTPS: ${realm || "none"}`);
  }
  if (isSameSite(url.hostname, registry.hostname) || realms.includes(url.host) || realms.includes(url.hostname)) {
    return { url, publicOnly: false };
  }
  if (hasLogin) {
    throw new RegistryError(
      `${host} asks for its login to be sent to ${url.host}, which belongs to another site. If that is its token server, add --realm ${url.host}`,
    );
  }
  const trouble = privateHost(registry.hostname) === undefined ? privateHost(url.hostname) : undefined;
  if (trouble === undefined) return { url, publicOnly: true };
  throw new RegistryError(
    `${host} names the token server ${url.host}, which ${trouble}. If that is its token server, add --realm ${url.host}`,
  );
}
