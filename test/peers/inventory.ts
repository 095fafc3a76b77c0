/** Where the servers of a trial are. */
export interface Places {
  readonly originRegistry: number;
  readonly originFiles: number;
  readonly mirrorRegistry: number;
  readonly mirrorFiles: number;
}

/** The mirrors of the inventory, as logs name them. */
export const origin = "origin/main";
export const mirror = "local/loopback";

/** The names that users would type. */
export const hosts = { images: "registry.example.org", files: "dl.example.org" } as const;

const at = (port: number) => `http://127.0.0.1:${port}`;

/**
 * An inventory in which everything on loopback is a client of one mirror's own provider, and the origin is elsewhere.
 *
 * @param state of the mirror
 */
export function trialInventory(places: Places, state: "active" | "retired"): string {
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
        registry: ${at(places.originRegistry)}
        files: ${at(places.originFiles)}/{path}
  local:
    cloud: external
    networks: [{ prefixes: [127.0.0.0/8, "::1/128"] }]
    mirrors:
      loopback:
        blobs: ${at(places.mirrorRegistry)}/v2/{name}/blobs/{digest}
        files: ${at(places.mirrorFiles)}/{path}
        state: ${state}
`;
}

/** What a mirror of {@link mortalInventory} is asked for to see whether it is alive. */
export interface Canary {
  /** As `repository@digest`. */
  readonly blob: string;
  readonly file: string;
}

/**
 * An inventory of an origin and mirrors that anybody may be sent to, all with the same weight.
 *
 * @param mirrors the ports of their servers, which hold blobs and files; they are called `local/m0` and so on
 */
export function mortalInventory(
  { originRegistry, originFiles }: Pick<Places, "originRegistry" | "originFiles">,
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
