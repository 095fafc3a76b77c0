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

/**
 * An inventory in which everything on loopback is a client of one mirror's own provider, and the origin is elsewhere.
 * A redirector has to run at a cloud: that is AWS, whose clients are not asked for.
 *
 * @param state of the mirror
 */
export function trialInventory(places: Places, state: "active" | "retired"): string {
  const at = (port: number) => `http://127.0.0.1:${port}`;
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
redirector:
  runs-at: { aws: [us-east-2] }
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
  aws:
    cloud: aws
    account: "123456789012"
    networks: []
    bucket-access: direct
    mirrors:
      us-east-2: { bucket: {} }
`;
}
