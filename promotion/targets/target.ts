import type { Filling } from "../../inventory/mirror-stores";
import type { Bucket } from "../../stores/bucket";
import type { DigestLister } from "../../stores/registry/digest-lister";
import type { FindLogin } from "../../stores/registry/docker-login";

export type { Filling };

interface TargetBase {
  /** `provider/mirror`. */
  readonly mirror: string;
  readonly isOrigin: boolean;
  readonly filling: Filling;
  /** Whether objects may be removed: `withdrawal` of the mirror. */
  readonly mayRemove: boolean;
  /** For how many days the store keeps what was deleted, where clients cannot get it. @default not known, or none */
  readonly versionDays?: number;
}

/** A registry: it gets manifests, blobs and tags. */
export interface RegistryTarget extends TargetBase {
  readonly kind: "registry";
  /** `HOST` or `HOST:PORT`. */
  readonly host: string;
  /** The path before every repository, without slashes at its ends; empty: none. */
  readonly root: string;
  /** The login for this registry: two accounts at one host (ECR Public) have different ones. */
  readonly findLogin: FindLogin;
  /** Lists digests by an API of the registry's cloud. @default the registry may list them itself */
  readonly listDigests?: DigestLister;
  /** The only repositories that it has, below the root: a push creates no others (ECR Public). @default a push creates any */
  readonly repositories?: readonly string[];
}

/** A bucket for the blobs of images, under `containers/images/sha256:…`, with the files below other names. */
export interface BlobTarget extends TargetBase {
  readonly kind: "blobs";
  readonly bucket: Bucket;
  /** The object's name for a digest. */
  keyOf(digest: string): string;
}

/** A bucket for files. */
export interface FileTarget extends TargetBase {
  readonly kind: "files";
  readonly bucket: Bucket;
  /** The object's name for a path. */
  keyOf(path: string): string;
}

/** One store of one mirror, as promotion sees it. A bucket that holds blobs and files is two targets. */
export type Target = RegistryTarget | BlobTarget | FileTarget;
