import { TrustedRoot } from "@sigstore/protobuf-specs";
import { type TrustMaterial, toTrustMaterial } from "@sigstore/verify";
import { StoreError } from "../../../stores/store-error";
import publicGood from "./public-good-root.json";

const known = new Map<string | undefined, TrustMaterial>();

/**
 * The keys of certificate authorities and logs. Without a root of its own, that of Sigstore's public instance: `targets/trusted_root.json`
 * of sigstore/root-signing (Apache-2.0) of 2026-08-21, commit 60cf2ce8.
 *
 * @param trustedRoot as JSON
 * @throws StoreError if it is damaged
 */
export function loadTrust(trustedRoot: string | undefined): TrustMaterial {
  const found = known.get(trustedRoot);
  if (found) return found;
  const material = readTrust(trustedRoot);
  known.set(trustedRoot, material);
  return material;
}

function readTrust(trustedRoot: string | undefined): TrustMaterial {
  try {
    const root = trustedRoot === undefined ? publicGood : (JSON.parse(trustedRoot) as unknown);
    return toTrustMaterial(TrustedRoot.fromJSON(root));
  } catch (error) {
    throw new StoreError(
      `the trusted root of the policy cannot be used: ${error instanceof Error ? error.message : error}`,
    );
  }
}
