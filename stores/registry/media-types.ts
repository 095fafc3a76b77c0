/** Media types of the OCI image specification 1.1 ("OCI Image Media Types") that are written here. */
export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
} as const;

/** Their elder siblings, which are read ("Image Manifest Version 2, Schema 2" of the distribution project). */
export const dockerMediaTypes = {
  index: "application/vnd.docker.distribution.manifest.list.v2+json",
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
} as const;

const dockerLayer = "application/vnd.docker.image.rootfs.diff.tar";
const ociLayer = "application/vnd.oci.image.layer.v1.tar";

/**
 * What is known of layers: the same archive has a name in either specification, so that a layer of Docker's becomes one of
 * OCI's without a change to its bytes (OCI image specification, "Compatibility Matrix").
 */
const layers: ReadonlyMap<string, string> = new Map([
  [dockerLayer, ociLayer],
  [`${dockerLayer}.gzip`, `${ociLayer}+gzip`],
  [`${dockerLayer}.zstd`, `${ociLayer}+zstd`],
  [ociLayer, ociLayer],
  [`${ociLayer}+gzip`, `${ociLayer}+gzip`],
  [`${ociLayer}+zstd`, `${ociLayer}+zstd`],
]);

/**
 * OCI's media type of a layer.
 *
 * @returns undefined for what may not be passed on (foreign, non-distributable) or is not known (encrypted)
 */
export function ociLayerType(mediaType: string): string | undefined {
  return layers.get(mediaType);
}

/** Whether this is a list of manifests, one a platform. */
export function isIndex(mediaType: string): boolean {
  return mediaType === mediaTypes.index || mediaType === dockerMediaTypes.index;
}

/** Whether this is the manifest of one platform's image. */
export function isManifest(mediaType: string): boolean {
  return mediaType === mediaTypes.manifest || mediaType === dockerMediaTypes.manifest;
}

/** Whether this is an image's configuration: what an artifact of another kind has in its place is none. */
export function isConfig(mediaType: string): boolean {
  return mediaType === mediaTypes.config || mediaType === dockerMediaTypes.config;
}
