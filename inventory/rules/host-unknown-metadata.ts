import { itemsOf, membersOf } from "../../document/draft";
import { findNearest } from "../../document/find-nearest";
import { suggestWord } from "../../document/suggest-word";
import { defaultMetadataNames } from "../metadata-names";
import type { Rule } from "../rule";

/** A host only removes entries that are in the default list. */
export const hostUnknownMetadata: Rule = {
  id: "host/unknown-metadata",
  severity: "error",
  reason: "An entry that is not in the default list cannot be removed: the files would silently remain metadata.",
  *check(draft) {
    for (const [name, { metadata }] of membersOf(draft.hosts)) {
      const remove = itemsOf(metadata?.remove).filter(([, entry]) => !isDefault(entry));
      for (const [index, entry] of remove) {
        const path = ["hosts", name, "metadata", "remove", index];
        yield { path, message: `"${entry}" is not in the default list of metadata${suggestEntry(entry)}`, fix };
      }
    }
  },
};

const fix = "Copy the entry from docs/metadata-names.md.";

function isDefault(entry: string): boolean {
  return defaultMetadataNames.includes(entry.toLowerCase());
}

/** Suggests the same entry with a star before it, or else the nearest one. */
function suggestEntry(entry: string): string {
  const starred = ["*", "*."].map((start) => start + entry.toLowerCase()).find(isDefault);
  const meant = starred ?? findNearest(entry, defaultMetadataNames);
  return suggestWord(meant && `"${meant}"`);
}
