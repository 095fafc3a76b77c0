import type { Withdrawn } from "../promoted";
import type { PlacedDestination } from "./place-project";
import type { WithdrawnManifest } from "./withdrawn-manifest";

/** Lists what a project withdraws, at each path at mirrors. @param blocked entries that have no effect */
export function listWithdrawn(
  { project, images, files }: WithdrawnManifest,
  placed: { readonly images: readonly PlacedDestination[]; readonly files: readonly PlacedDestination[] },
  blocked: ReadonlySet<unknown>,
): Withdrawn[] {
  const baseOf = ({ reason, date, mention }: WithdrawnManifest["files"][number]) => {
    const place = mention.manifest.placeOf(mention.path, mention.target);
    return { project, reason, date, place };
  };
  return [
    ...images
      .filter((entry) => !blocked.has(entry))
      .flatMap((entry) =>
        placed.images.map(({ prefix, destinations }): Withdrawn => {
          const { name, digest, tags } = entry;
          const what = digest === undefined ? { tags } : { digest, tags };
          return { kind: "image", ...baseOf(entry), repository: `${prefix}${name}`, ...what, destinations };
        }),
      ),
    ...files
      .filter((entry) => !blocked.has(entry))
      .flatMap((entry) =>
        placed.files.map(
          ({ prefix, destinations }): Withdrawn => ({
            kind: "file",
            ...baseOf(entry),
            path: `${prefix}${entry.name}`,
            destinations,
          }),
        ),
      ),
  ];
}
