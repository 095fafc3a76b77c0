/** The media types of the OCI image specification 1.1 ("OCI Image Media Types") that are written here. */
export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
} as const;

/** Docker's older equivalents, which are read too ("Image Manifest Version 2, Schema 2" of the distribution project). */
export const dockerMediaTypes = {
  index: "application/vnd.docker.distribution.manifest.list.v2+json",
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
} as const;

const dockerLayer = "application/vnd.docker.image.rootfs.diff.tar";
const ociLayer = "application/vnd.oci.image.layer.v1.tar";

/**
 * OCI's media types of layers, by OCI's and Docker's types: each archive has a type in both specifications, so a Docker layer
 * becomes an OCI layer without changing its bytes (OCI image specification, "Compatibility Matrix").
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
 * @returns undefined for layers that may not be passed on (foreign, non-distributable) or are not supported (encrypted)
 */
export function ociLayerType(mediaType: string): string | undefined {
  return layers.get(mediaType);
}

/** Whether this is a list of manifests, one per platform. */
export function isIndex(mediaType: string): boolean {
  return mediaType === mediaTypes.index || mediaType === dockerMediaTypes.index;
}

/** Whether this is the manifest of one platform's image. */
export function isManifest(mediaType: string): boolean {
  return mediaType === mediaTypes.manifest || mediaType === dockerMediaTypes.manifest;
}

/** Whether this is an image's configuration. Artifacts of other kinds have something else in its place. */
export function isConfig(mediaType: string): boolean {
  return mediaType === mediaTypes.config || mediaType === dockerMediaTypes.config;
}
