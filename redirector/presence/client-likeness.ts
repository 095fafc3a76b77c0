/** The headers that identify a client program. */
type Likeness = Readonly<Record<string, string>>;

/**
 * The types of manifests: the OCI image specification's, Docker's, and any other. The distribution project's registry answers
 * 404 if it has an OCI manifest or index whose type is not listed ("accept header does not support OCI indexes").
 */
export const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "*/*",
].join(", ");

/** A request that only a registry answers (OCI distribution specification, end-3). */
export const manifestUrl = /\/manifests\/[^/?]+(?:\?|$)/;

/** A URL that ends with a digest, as those of blobs do. */
export const blobUrl = /sha256[:/%-][0-9a-f]{2}[^?]*(?:\?|$)/i;

/** Clients that pull images: containerd, Docker, CRI-O and podman, crane. */
const imageClients: readonly Likeness[] = [
  { "User-Agent": "containerd/v1.7.27", Accept: "*/*" },
  {
    "User-Agent":
      "docker/28.1.1 go/go1.23.8 git-commit/01f442b kernel/6.8.0-59-generic os/linux arch/amd64 UpstreamClient(Docker-Client/28.1.1 \\(linux\\))",
  },
  { "User-Agent": "cri-o/1.33.0 go/go1.24.2 os/linux arch/amd64" },
  { "User-Agent": "containers/5.34.0 (github.com/containers/image)" },
  { "User-Agent": "crane/0.20.3 go-containerregistry/0.20.3" },
];

/** Clients that download files: curl, Wget, apt, dnf, a browser. */
const fileClients: readonly Likeness[] = [
  { "User-Agent": "curl/8.5.0", Accept: "*/*" },
  { "User-Agent": "Wget/1.21.4", Accept: "*/*" },
  { "User-Agent": "Debian APT-HTTP/1.3 (2.6.1)" },
  { "User-Agent": "libdnf (Fedora Linux 41; generic; Linux.x86_64)", Accept: "*/*" },
  {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  },
];

/**
 * The headers of a random kind of client that could request this URL. Requests with them reveal a mirror that treats the
 * redirector better than clients. Nothing in them comes from a real client.
 *
 * @param random from 0 to below 1
 */
export function clientLikeness(url: string, random: number): Likeness {
  const isManifest = manifestUrl.test(url);
  const clients = isManifest || blobUrl.test(url) ? imageClients : fileClients;
  const headers = clients[Math.floor(random * clients.length)] as Likeness;
  return isManifest ? { ...headers, Accept: manifestTypes } : headers;
}
