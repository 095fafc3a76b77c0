import type { Path } from "../document/path";
import { type Draft, type DraftExternalMirror, externalMirrorsOf } from "./draft";

/** A URL, or URL template, of an external mirror: one that clients get, or one that promotion writes to. */
export interface MirrorUrl {
  readonly url: string;
  readonly path: Path;
}

/** The URLs of all external mirrors. */
export function mirrorUrlsOf(draft: Draft): MirrorUrl[] {
  return externalMirrorsOf(draft).flatMap(({ mirror, mirrorPath }) => [
    ...(["registry", "blobs", "files"] as const).flatMap((field) => {
      const url = mirror[field];
      return url === undefined ? [] : [{ url, path: [...mirrorPath, field] }];
    }),
    ...pushUrlsOf(mirror, mirrorPath),
  ]);
}

function pushUrlsOf({ push }: DraftExternalMirror, mirrorPath: Path): MirrorUrl[] {
  const endpoint = push?.bucket?.endpoint;
  const registry = push?.registry;
  return [
    ...(endpoint === undefined ? [] : [{ url: endpoint, path: [...mirrorPath, "push", "bucket", "endpoint"] }]),
    ...(registry === undefined ? [] : [{ url: `https://${registry}`, path: [...mirrorPath, "push", "registry"] }]),
  ];
}
