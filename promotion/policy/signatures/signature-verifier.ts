import { createHash, type KeyObject, verify } from "node:crypto";
import { isKeyless, type KeylessSigner, type Signer } from "../signer";
import { readPublicKey } from "./read-public-key";
import type { SignatureCheck, SignedContent } from "./signed-content";

interface NamedKey {
  readonly key: KeyObject;
  readonly name: string;
}

/** The SHA-256 of a key's SubjectPublicKeyInfo, for messages: the first 12 digits. */
function nameKey(key: KeyObject): string {
  const spki = key.export({ type: "spki", format: "der" });
  return `the key ${createHash("sha256").update(spki).digest("hex").slice(0, 12)}`;
}

/** cosign signs with SHA-256, and Ed25519 without a digest (sigstore/cosign, specs/SIGNATURE_SPEC.md, "Signature Schemes"). */
function isSignedBy(key: KeyObject, { message, signature }: SignedContent): boolean {
  try {
    return verify(key.asymmetricKeyType === "ed25519" ? null : "sha256", message, key, signature);
  } catch {
    return false;
  }
}

/** Verifies signatures by the signers of a policy. Sigstore's packages are loaded with the first signature that has a certificate. */
export class SignatureVerifier {
  readonly #keys: readonly NamedKey[];
  readonly #keyless: readonly KeylessSigner[];
  readonly #trustedRoot: string | undefined;

  /** @param trustedRoot as JSON. @default that of Sigstore's public instance */
  constructor(signers: readonly Signer[], trustedRoot?: string) {
    this.#keyless = signers.filter(isKeyless);
    this.#keys = signers.flatMap((signer) => {
      if (isKeyless(signer)) return [];
      const key = readPublicKey(signer.publicKey);
      return [{ key, name: nameKey(key) }];
    });
    this.#trustedRoot = trustedRoot;
  }

  /** Whose signature it is. @throws StoreError if the trusted root cannot be used */
  verify(content: SignedContent): SignatureCheck {
    const found = this.#keys.find(({ key }) => isSignedBy(key, content));
    if (found) return { signer: found.name };
    if (content.bundle === undefined) return { reason: this.#explainNoCertificate() };
    if (this.#keyless.length === 0) return { reason: "it is not by a key of the policy" };
    const { verifyKeyless } = require("./verify-keyless") as typeof import("./verify-keyless");
    return verifyKeyless(content, this.#keyless, this.#trustedRoot);
  }

  #explainNoCertificate(): string {
    return this.#keys.length > 0 ? "it is not by a key of the policy" : "it has no certificate";
  }
}
