/** Bytes with a signature, in the forms that verification needs. Nothing about it is trusted. */
export interface SignedContent {
  /** The bytes that are signed. */
  readonly message: Buffer;
  readonly signature: Buffer;
  /** The same with certificate, log entries and timestamps, as a bundle of Sigstore in JSON. @default it has no certificate */
  readonly bundle?: unknown;
}

/** Whose signature it is; or why it does not count. */
export type SignatureCheck = { readonly signer: string } | { readonly reason: string };

/** Whether a signature counts. */
export function isVerified(check: SignatureCheck): check is { readonly signer: string } {
  return "signer" in check;
}
