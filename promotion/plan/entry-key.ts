import type { Destinations, PromotedFile, PromotedImage, Withdrawn } from "../promoted";

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
export function entryKey(entry: PromotedImage | PromotedFile | Withdrawn): string {
  const destinations = formatDestinations(entry.destinations);
  if ("kind" in entry) return withdrawnKey(entry, destinations);
  const { project, source } = entry;
  if ("digest" in entry) {
    const { repository, digest, tags } = entry;
    return JSON.stringify(["image", project, source, repository, digest, [...tags].sort(), destinations]);
  }
  const { name, path, sha256 } = entry;
  return JSON.stringify(["file", project, source, name, path, sha256, destinations]);
}

/** The date changes nothing: a waiting time begins when a run first hides the artifact. */
function withdrawnKey(entry: Withdrawn, destinations: string): string {
  const { kind, project, reason } = entry;
  const what = entry.kind === "image" ? [entry.repository, entry.digest ?? "", entry.tags] : [entry.path];
  return JSON.stringify(["withdrawn", kind, project, ...what, reason, destinations]);
}
