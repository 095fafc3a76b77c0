import { isKeyless, type Signer } from "./signer";

/** Signers for messages: the first three. */
export function describeSigners(signers: readonly Signer[]): string {
  const names = signers.map((signer) =>
    isKeyless(signer) ? `${signer.subject} (${signer.issuer})` : "a key of the policy",
  );
  const unique = [...new Set(names)];
  return `${unique.slice(0, 3).join(" or ")}${unique.length > 3 ? " or others" : ""}`;
}
