/** The ports of the servers. */
export interface ServerPorts {
  readonly originRegistry: number;
  readonly originFiles: number;
  readonly mirrorRegistry: number;
  readonly mirrorFiles: number;
}

/** The mirrors of the inventory, as logs name them. */
export const origin = "origin/main";
export const mirror = "local/loopback";

/** The host names that users type. */
export const hosts = { images: "registry.example.org", files: "dl.example.org" } as const;

const at = (port: number) => `http://127.0.0.1:${port}`;

/**
 * An inventory in which all of loopback is the network of one mirror's provider, and the origin belongs to another provider.
 *
 * @param state of the mirror
 */
export function trialInventory(ports: ServerPorts, state: "active" | "retired"): string {
  return `project:
  name: trial
  contact: admin@example.org
  info: https://example.org/about
  privacy: https://example.org/privacy
hosts:
  ${hosts.images}: { serves: [images] }
  ${hosts.files}: { serves: [files] }
dns:
  zone: example.org
origin: ${origin}
providers:
  origin:
    cloud: external
    mirrors:
      main:
        registry: ${at(ports.originRegistry)}
        files: ${at(ports.originFiles)}/{path}
  local:
    cloud: external
    networks: [{ prefixes: [127.0.0.0/8, "::1/128"] }]
    mirrors:
      loopback:
        blobs: ${at(ports.mirrorRegistry)}/v2/{name}/blobs/{digest}
        files: ${at(ports.mirrorFiles)}/{path}
        state: ${state}
`;
}

/** The object that shows whether a mirror of {@link equalMirrorsInventory} is healthy. */
export interface Canary {
  /** As `repository@digest`. */
  readonly blob: string;
  readonly file: string;
}

/**
 * An inventory of an origin, and of mirrors for unaffiliated clients that all have the same weight.
 *
 * @param mirrors ports of their servers, which have blobs and files; they are called `local/m0` and so on
 */
export function equalMirrorsInventory(
  { originRegistry, originFiles }: Pick<ServerPorts, "originRegistry" | "originFiles">,
  mirrors: readonly number[],
  canary: Canary,
): string {
  const entries = mirrors.map(
    (port, index) => `
      m${index}: { weight: 10, blobs: "${at(port)}/v2/{name}/blobs/{digest}", files: "${at(port)}/{path}" }`,
  );
  return `project: { name: trial, contact: admin@example.org, info: "https://example.org/a", privacy: "https://example.org/b" }
hosts:
  ${hosts.images}: { serves: [images] }
  ${hosts.files}: { serves: [files] }
dns: { zone: example.org }
redirector:
  canary: { blob: "${canary.blob}", file: ${canary.file} }
origin: ${origin}
providers:
  origin:
    cloud: external
    mirrors:
      main: { registry: "${at(originRegistry)}", files: "${at(originFiles)}/{path}" }
  local:
    cloud: external
    networks: []
    mirrors:${entries.join("")}
`;
}
