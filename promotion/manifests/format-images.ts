import { formatFlow } from "../../document/format-flow";

/** Images, each with its digests and their tags. */
export type ImageInventory = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/**
 * Formats a list of images as kpromo's snapshots do (`promoter/image/registry`, ToYAML): names, digests and tags are sorted by
 * their code units, digests are quoted, tags are on one line. The same images give the same text.
 */
export function formatImages(images: ImageInventory): string {
  const entries = sortEntries(images).map(
    ([name, digests]) =>
      `- name: ${formatFlow(name)}\n  dmap:${digests.size === 0 ? " {}" : ""}\n${formatDigests(digests)}`,
  );
  return entries.length === 0 ? "[]\n" : entries.join("");
}

function formatDigests(digests: ReadonlyMap<string, readonly string[]>): string {
  const rows = sortEntries(digests).map(([digest, tags]) => {
    const sorted = [...new Set(tags)].sort().map((tag) => JSON.stringify(tag));
    return `    ${JSON.stringify(digest)}: [${sorted.join(", ")}]\n`;
  });
  return rows.join("");
}

function sortEntries<Value>(map: ReadonlyMap<string, Value>): [string, Value][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
