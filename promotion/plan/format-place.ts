import type { ManifestPlace } from "../promoted";

/** A place in a manifest, for a message: `promotions/app/images.yaml:3:5`. */
export function formatPlace({ file, line, column }: ManifestPlace): string {
  return `${file}:${line}:${column}`;
}
