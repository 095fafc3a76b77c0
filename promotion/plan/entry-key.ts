import type { Destinations, PromotedFile, PromotedImage } from "../promoted";

/** Entries with the same destinations share one object, of which there are few. */
const formatted = new WeakMap<Exclude<Destinations, "all">, string>();

function formatDestinations(destinations: Destinations): string {
  if (destinations === "all") return "all";
  const known = formatted.get(destinations);
  if (known !== undefined) return known;
  const text = [...destinations].sort().join(" ");
  formatted.set(destinations, text);
  return text;
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
