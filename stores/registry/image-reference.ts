import { isLoopbackHost } from "../../networks/loopback";

/** The registry and repository of images. */
export interface ImageName {
  /** The registry, as in the name: `docker.io`, `registry.example.org:5000`. */
  readonly host: string;
  /** The repository: `library/node`. */
  readonly name: string;
}

/** A parsed reference to an image. */
export interface ImageReference extends ImageName {
  readonly tag?: string;
  readonly digest?: string;
}

/** OCI distribution specification 1.1, "Pulling manifests": names and tags. The host is a name, an IPv4 or a bracketed IPv6 address. */
const host = /(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?/;
const component = /[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*/;
const tag = /[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}/;
const digest = /sha256:[a-f0-9]{64}/;
const reference = new RegExp(
  `^(?<host>${host.source})/(?<name>${component.source}(?:/${component.source})*)(?::(?<tag>${tag.source}))?(?:@(?<digest>${digest.source}))?$`,
);

/** Docker reads a first word without a dot or a colon as a part of the name, so it is not a host here either. */
function isHost(text: string): boolean {
  return /[.:]/.test(text) || text === "localhost";
}

/**
 * Parses `HOST/NAME[:TAG][@sha256:…]`. The host is required. At `docker.io` a name of one word is below `library/`, as with
 * Docker.
 *
 * @returns undefined if the text is not a valid reference
 */
export function parseImageReference(text: string): ImageReference | undefined {
  const groups = reference.exec(text)?.groups;
  if (!groups?.host || !groups.name || !isHost(groups.host) || !URL.canParse(`https://${groups.host}`))
    return undefined;
  const name = groups.host === "docker.io" && !groups.name.includes("/") ? `library/${groups.name}` : groups.name;
  return {
    host: groups.host,
    name,
    ...(groups.tag && { tag: groups.tag }),
    ...(groups.digest && { digest: groups.digest }),
  };
}

/** Hosts of APIs that differ from the host in the names of images: Docker Hub's. */
const apiHosts: Readonly<Record<string, string>> = { "docker.io": "registry-1.docker.io" };

/** The URL of a registry's API: HTTPS, except on loopback. */
export function registryUrl(host: string): URL {
  const url = new URL(`https://${apiHosts[host] ?? host}`);
  if (isLoopbackHost(url.hostname)) return new URL(`http://${host}`);
  return url;
}
