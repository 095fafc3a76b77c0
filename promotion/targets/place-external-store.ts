import type { ExternalMirror } from "../../inventory/inventory";
import type { MirrorStore } from "../../inventory/mirror-stores";
import { splitAtDonorRoot } from "./donor-root";
import { splitRegistry } from "./split-registry";
import type { StorePlace, UnplacedStore } from "./store-place";

type Base = Pick<StorePlace, "mirror" | "isOrigin" | "filling" | "mayRemove">;

function placePushed(mirror: ExternalMirror, { kind }: MirrorStore, base: Base): StorePlace[] {
  const { push } = mirror;
  if (push === undefined) return [];
  const { credentials } = push;
  if (kind === "registry") {
    return [{ ...base, kind: "registry", ...splitRegistry(push.registry ?? ""), login: { credentials } }];
  }
  if (push.bucket === undefined) return [];
  const { endpoint, name, region, blobsAt, filesAt } = push.bucket;
  const bucket = { at: "s3", endpoint, bucket: name, region, credentials } as const;
  return [
    ...(mirror.blobs === undefined ? [] : [{ ...base, kind: "blobs", bucket, key: blobsAt } as const]),
    ...(mirror.files === undefined ? [] : [{ ...base, kind: "files", bucket, key: filesAt } as const]),
  ];
}

/** A registry's URL, with `/v2/` in it if the images have a namespace there, as an address without it. */
function registryAddress(url: string): string {
  return url.replace(/^https:\/\//, "").replace(/\/v2(?=\/|$)/, "");
}

function placeDonatedBlobs(template: string, others: readonly string[], base: Base): StorePlace | UnplacedStore {
  if (template.includes("{name}")) {
    return {
      mirror: base.mirror,
      kind: "blobs",
      filling: base.filling,
      message: `promotion cannot verify ${base.mirror}: the URL of its blobs contains {name}`,
      fix: "Use a URL with {digest} only.",
    };
  }
  const { url, key } = splitAtDonorRoot(template, others);
  return { ...base, kind: "blobs", bucket: { at: "web", url }, key };
}

function placeDonatedFiles(template: string, others: readonly string[], base: Base): StorePlace {
  const { url, key } = splitAtDonorRoot(template, others);
  return { ...base, kind: "files", bucket: { at: "web", url }, key };
}

/** What a donor fills is verified where clients get it: at the mirror's own URLs. */
function placeDonated(mirror: ExternalMirror, { kind }: MirrorStore, base: Base): (StorePlace | UnplacedStore)[] {
  const { registry, blobs, files } = mirror;
  if (kind === "registry") {
    if (registry === undefined) return [];
    return [{ ...base, kind: "registry", ...splitRegistry(registryAddress(registry)), login: { identities: {} } }];
  }
  return [
    ...(blobs === undefined ? [] : [placeDonatedBlobs(blobs, files === undefined ? [] : [files], base)]),
    ...(files === undefined ? [] : [placeDonatedFiles(files, blobs === undefined ? [] : [blobs], base)]),
  ];
}

/** Finds where a store of an external mirror is. */
export function placeExternalStore(
  mirror: ExternalMirror,
  store: MirrorStore,
  base: Base,
): readonly (StorePlace | UnplacedStore)[] {
  return store.filling === "donor" ? placeDonated(mirror, store, base) : placePushed(mirror, store, base);
}
