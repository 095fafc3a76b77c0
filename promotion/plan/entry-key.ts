import type { Destinations, PromotedFile, PromotedImage } from "../promoted";

function formatDestinations(destinations: Destinations): Destinations {
  return destinations === "all" ? "all" : [...destinations].sort();
}

/** An entry without its place, as text: equal entries have equal keys. */
export function entryKey(entry: PromotedImage | PromotedFile): string {
  const { project, source } = entry;
  const destinations = formatDestinations(entry.destinations);
  if ("digest" in entry) {
    const { repository, digest, tags } = entry;
    return JSON.stringify(["image", project, source, repository, digest, [...tags].sort(), destinations]);
  }
  const { name, path, sha256 } = entry;
  return JSON.stringify(["file", project, source, name, path, sha256, destinations]);
}
