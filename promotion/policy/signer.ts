/** An identity in a certificate that Fulcio issued, or a key. */
export type Signer = KeylessSigner | KeySigner;

/** Who signed without a key of their own: the certificate names them. */
export interface KeylessSigner {
  /** Who vouched for the identity, exactly: `https://token.actions.githubusercontent.com`. */
  readonly issuer: string;
  /** The identity, as a pattern (`createNamePattern`): an address, or the URL of a workflow. */
  readonly subject: string;
}

/** Who signed with a key of their own. */
export interface KeySigner {
  /** As PEM. */
  readonly publicKey: string;
}

/** Whether a signer has no key of their own. */
export function isKeyless(signer: Signer): signer is KeylessSigner {
  return "issuer" in signer;
}
