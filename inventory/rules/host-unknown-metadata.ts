import { itemsOf, membersOf } from "../../document/draft";
import { nearest } from "../../document/nearest";
import { suggestWord } from "../../document/suggest-word";
import { defaultMetadataNames } from "../metadata-names";
import type { Rule } from "../rule";

/** What a host removes from the default list is in that list. */
export const hostUnknownMetadata: Rule = {
  id: "host/unknown-metadata",
  severity: "error",
  reason:
    "An entry that the default list does not have cannot be removed from it: the files would silently stay metadata.",
  *check(draft) {
    for (const [name, { metadata }] of membersOf(draft.hosts)) {
      const remove = itemsOf(metadata?.remove).filter(([, entry]) => !isDefault(entry));
      for (const [index, entry] of remove) {
        const path = ["hosts", name, "metadata", "remove", index];
        yield { path, message: `"${entry}" is not in the default list of metadata${hint(entry)}`, fix };
      }
    }
  },
};

const fix = 'Write the entry as docs/mirrors.md, "Metadata by default", lists it.';

function isDefault(entry: string): boolean {
  return defaultMetadataNames.includes(entry.toLowerCase());
}

/** An entry that means the same with a star before it, or else the nearest one. */
function hint(entry: string): string {
  const starred = ["*", "*."].map((start) => start + entry.toLowerCase()).find(isDefault);
  const meant = starred ?? nearest(entry, defaultMetadataNames);
  return suggestWord(meant && `"${meant}"`);
}
