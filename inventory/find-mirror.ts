import { findNearest } from "../document/find-nearest";
import { suggestWord } from "../document/suggest-word";
import { type Draft, type DraftMirror, type DraftProvider, splitMirrorName, withProviderState } from "./draft";

/** A mirror that is named elsewhere in the file, or the problem with its name, as a message. */
export type FoundMirror =
  | { readonly provider: DraftProvider; readonly mirror: DraftMirror; readonly problem?: undefined }
  | { readonly problem: string };

/** Finds a mirror by its name, `provider/mirror`; undefined if the provider or mirror was mistyped. */
export function findMirror(draft: Draft, name: string): FoundMirror | undefined {
  const { provider: key, mirror: mirrorKey } = splitMirrorName(name) ?? {};
  if (key === undefined || mirrorKey === undefined || draft.providers === undefined) return undefined;
  if (!(key in draft.providers)) {
    const meant = suggestWord(findNearest(key, Object.keys(draft.providers)));
    return { problem: `there is no provider "${key}"${meant}` };
  }
  const provider = draft.providers[key];
  const mirrors = provider?.mirrors as Readonly<Record<string, DraftMirror | undefined>> | undefined;
  if (provider === undefined || mirrors === undefined) return undefined;
  if (!(mirrorKey in mirrors)) {
    return {
      problem: `${key} has no mirror "${mirrorKey}"${suggestWord(findNearest(mirrorKey, Object.keys(mirrors)))}`,
    };
  }
  const mirror = mirrors[mirrorKey];
  return mirror && { provider, mirror: withProviderState(provider, mirror) };
}
