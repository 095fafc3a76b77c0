import { createPublicKey, type KeyObject } from "node:crypto";

/** NIST SP 800-131A revision 2, section 3: shorter keys are no longer allowed. */
const fewestBits = 2_048;

function findProblem(key: KeyObject): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === "ed25519") return undefined;
  if (type === "ec")
    return details?.namedCurve === "prime256v1" ? undefined : `a key on the curve ${details?.namedCurve}`;
  if (type === "rsa") {
    const bits = details?.modulusLength ?? 0;
    return bits >= fewestBits ? undefined : `an RSA key with only ${bits} bits`;
  }
  return `a key of the kind ${type}`;
}

function parse(text: string): KeyObject | undefined {
  // Node.js would also take the public part of a private key, which must not be in a reviewed file.
  if (!text.startsWith("-----BEGIN PUBLIC KEY-----")) return undefined;
  try {
    return createPublicKey(text);
  } catch {
    return undefined;
  }
}

/** What is wrong with the PEM of a public key, for messages. @returns undefined if it can be used */
export function findKeyProblem(text: string): string | undefined {
  const key = parse(text.trim());
  if (!key) return "not a public key as PEM, which begins with -----BEGIN PUBLIC KEY-----";
  const problem = findProblem(key);
  return problem && `${problem}; use ECDSA on P-256, Ed25519 or RSA with ${fewestBits} bits or more`;
}

/** The key of a PEM that was checked. @throws Error if it is none */
export function readPublicKey(text: string): KeyObject {
  const key = parse(text.trim());
  if (!key || findProblem(key) !== undefined) throw new Error("not a usable public key");
  return key;
}
