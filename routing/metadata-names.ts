import type { MetadataChanges } from "../inventory/inventory";
import { defaultMetadataNames } from "../inventory/metadata-names";
import { NamePatterns } from "./name-patterns";

/** The patterns of names that only the origin and trusted replicas serve for a host. @default no change */
export function metadataNames(changes?: MetadataChanges): readonly string[] {
  if (changes === undefined) return defaultMetadataNames;
  const removed = new Set(changes.remove.map((name) => name.toLowerCase()));
  return [...defaultMetadataNames.filter((name) => !removed.has(name)), ...changes.add];
}

const byDefault = new NamePatterns(defaultMetadataNames);
/** Compiled patterns of a table's hosts, cached with the table. */
const changed = new WeakMap<MetadataChanges, NamePatterns>();

function patternsOf(changes: MetadataChanges | undefined): NamePatterns {
  if (changes === undefined) return byDefault;
  const known = changed.get(changes);
  if (known !== undefined) return known;
  const patterns = new NamePatterns(metadataNames(changes));
  changed.set(changes, patterns);
  return patterns;
}

/**
 * Whether a file vouches for others, or changes under one name: then untrusted mirrors must not serve it.
 *
 * @param name the last segment of its path, in lower case
 */
export function isMetadata(name: string, changes?: MetadataChanges): boolean {
  return patternsOf(changes).matches(name);
}
