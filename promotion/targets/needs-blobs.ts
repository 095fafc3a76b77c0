import type { CloudProvider } from "../../inventory/inventory";
import { replicatedRegions } from "../../inventory/replicated-regions";

type Mirror = CloudProvider["mirrors"][number];

/**
 * Whether redirected clients get blobs from a mirror's bucket: everywhere but at a mirror with Google's registry, the only one that
 * serves them without a token.
 */
function servesBlobs({ cloud }: CloudProvider, { bucket, registry, state }: Mirror): boolean {
  return bucket !== undefined && state !== "retired" && !(cloud === "google" && registry !== undefined);
}

/**
 * Whether a mirror's bucket needs the blobs of images: to serve them, or because the cloud copies it to buckets that do.
 *
 * @param region of the mirror
 */
export function needsBlobs(provider: CloudProvider, region: string): boolean {
  const copies = region === provider.primary ? replicatedRegions(provider) : [];
  return provider.mirrors.some(
    (mirror) => (mirror.region === region || copies.includes(mirror.region)) && servesBlobs(provider, mirror),
  );
}
