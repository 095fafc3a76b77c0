import type { Mention } from "./project-manifest";

/** A place in a manifest, for a message: `images/kops/images.yaml:12`. */
export function formatMention({ manifest, path, target }: Mention): string {
  const { file, line } = manifest.placeOf(path, target);
  return `${file}:${line}`;
}
