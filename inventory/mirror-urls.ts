import type { Path } from "../document/path";
import { type Draft, mirrorsOf } from "./draft";

/** A URL, or URL template, of an external mirror. */
export interface MirrorUrl {
  readonly url: string;
  readonly path: Path;
}

/** The URLs of all external mirrors. */
export function mirrorUrlsOf(draft: Draft): MirrorUrl[] {
  return mirrorsOf(draft).flatMap(({ mirror, mirrorPath }) =>
    (["registry", "blobs", "files"] as const).flatMap((field) => {
      const url = (mirror as Readonly<Record<string, unknown>>)[field];
      return typeof url === "string" ? [{ url, path: [...mirrorPath, field] }] : [];
    }),
  );
}
