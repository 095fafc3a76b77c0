import type { GoogleMirror, GoogleProvider } from "../../../inventory/inventory";

/** A provider with these mirrors, in a project that does not exist. */
export function googleProvider(
  mirrors: readonly GoogleMirror[] = [],
  changes: Partial<GoogleProvider> = {},
): GoogleProvider {
  return {
    key: "google",
    cloud: "google",
    project: "artifacts-prod",
    stateBucket: "artifacts-terraform-state",
    repository: "images",
    networks: [],
    mirrors,
    ...changes,
  };
}
