import type { Identities } from "../../stores/credentials/cloud-credentials";
import type { Filling } from "./target";

/** Where a bucket is, and whose credentials open it. */
export type BucketPlace =
  | { readonly at: "google"; readonly bucket: string }
  | {
      readonly at: "aws";
      readonly bucket: string;
      readonly region: string;
      readonly identities: Identities;
      /** Another S3, for the same keys. @default the one that the environment names, or else AWS */
      readonly endpoint?: string;
    }
  | { readonly at: "azure"; readonly account: string; readonly container: string; readonly identities: Identities }
  /** Another store with S3's API; `credentials` names variables of the environment. */
  | {
      readonly at: "s3";
      readonly endpoint: string;
      readonly bucket: string;
      readonly region: string;
      /** @default none: requests are not signed */
      readonly credentials?: string;
    }
  /** A web server, which can only be read; the URL has the placeholder `{key}`. */
  | { readonly at: "web"; readonly url: string };

/** Whose login opens a registry: a cloud's or Docker's, or the one that variables of the environment hold. */
export type LoginPlace = { readonly identities: Identities } | { readonly credentials: string };

interface PlaceBase {
  /** `provider/mirror`. */
  readonly mirror: string;
  readonly isOrigin: boolean;
  readonly filling: Filling;
  readonly mayRemove: boolean;
  readonly versionDays?: number;
}

/** Where a mirror's registry is. */
export interface RegistryPlace extends PlaceBase {
  readonly kind: "registry";
  readonly host: string;
  /** Without slashes at its ends; may be empty. */
  readonly root: string;
  readonly repositories?: readonly string[];
  readonly login: LoginPlace;
  /** The account of ECR Public that has it. @default it is not there */
  readonly account?: string;
}

/** Where a mirror's blobs or files are. */
export interface ObjectPlace extends PlaceBase {
  readonly kind: "blobs" | "files";
  readonly bucket: BucketPlace;
  /** The object's name, with `{digest}` (blobs) or `{path}` (files). */
  readonly key: string;
}

/** Where one store of a mirror is, as a value: what a `Target` is opened from. */
export type StorePlace = RegistryPlace | ObjectPlace;

/** A store that promotion cannot fill or verify. */
export interface UnplacedStore {
  readonly mirror: string;
  readonly kind: "registry" | "blobs" | "files";
  readonly filling: Filling;
  /** For the user. */
  readonly message: string;
  readonly fix: string;
}
