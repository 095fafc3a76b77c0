import type { SignatureCheck } from "./signed-content";

/** A signature or an attestation about a manifest. */
export interface Evidence {
  readonly check: SignatureCheck;
  /** The type of what is attested. @default it is a signature that attests nothing else */
  readonly predicateType?: string;
  readonly predicate?: unknown;
}
