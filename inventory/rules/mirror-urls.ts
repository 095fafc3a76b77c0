import { type Draft, mirrorsOf } from "../draft";
import type { Path } from "../path";

/** A URL, or a template of one, of a mirror that is known by its URLs. */
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
