import { splitRegistry } from "./split-registry";
import type { StorePlace } from "./store-place";

/** A mirror on this machine, for trials and tests. */
export interface LocalMirror {
  /** `provider/mirror`. */
  readonly mirror: string;
  /** `127.0.0.1:PORT[/ROOT]`. @default none */
  readonly registry?: string;
  /** A store with S3's API on loopback, read and written without keys. @default none */
  readonly bucket?: { readonly endpoint: string; readonly name: string };
  /** Whether it is the origin. @default false */
  readonly isOrigin?: boolean;
}

/** The stores of mirrors on this machine, as if an inventory listed them. A bucket has blobs and files. */
export function localPlaces(mirrors: readonly LocalMirror[]): StorePlace[] {
  return mirrors.flatMap(({ mirror, registry, bucket, isOrigin = false }): StorePlace[] => {
    const base = { mirror, isOrigin, filling: "run", mayRemove: true } as const;
    const place = bucket && ({ at: "s3", endpoint: bucket.endpoint, bucket: bucket.name, region: "local" } as const);
    return [
      ...(registry === undefined
        ? []
        : [{ ...base, kind: "registry", ...splitRegistry(registry), login: { identities: {} } } as const]),
      ...(place === undefined
        ? []
        : [
            { ...base, kind: "blobs", bucket: place, key: "containers/images/{digest}" } as const,
            { ...base, kind: "files", bucket: place, key: "{path}" } as const,
          ]),
    ];
  });
}
