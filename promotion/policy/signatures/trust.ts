import { TrustedRoot } from "@sigstore/protobuf-specs";
import { type TrustMaterial, toTrustMaterial } from "@sigstore/verify";
import publicGood from "./public-good-root.json";

const known = new Map<string | undefined, TrustMaterial>();

/**
 * The keys of certificate authorities and logs. Without a root of its own, that of Sigstore's public instance: `targets/trusted_root.json`
 * of sigstore/root-signing (Apache-2.0) of 2026-08-21, commit 60cf2ce8.
 *
 * @param trustedRoot as JSON
 * @throws Error if it is damaged
 */
export function loadTrust(trustedRoot: string | undefined): TrustMaterial {
  const found = known.get(trustedRoot);
  if (found) return found;
  const root = trustedRoot === undefined ? publicGood : (JSON.parse(trustedRoot) as unknown);
  const material = toTrustMaterial(TrustedRoot.fromJSON(root));
  known.set(trustedRoot, material);
  return material;
}
