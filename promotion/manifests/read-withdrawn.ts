import type { Path } from "../../document/path";
import { memberOf } from "../../document/schema-field";
import { checkManifest } from "./checked-manifest";
import { isDigest } from "./digest";
import { isFileName } from "./file-name";
import { entriesOf } from "./listed-places";
import type { WithdrawnFiles } from "./manifest-files";
import { manifestKinds } from "./manifest-kinds";
import { isRepositoryName } from "./repository-name";
import { isTag } from "./tag";
import type { WithdrawnImageEntry, WithdrawnManifest } from "./withdrawn-manifest";

const kinds = {
  both: manifestKinds.withdrawn,
  images: manifestKinds.withdrawnImages,
  files: manifestKinds.withdrawnFiles,
} as const;

/** Reads a project's `withdrawn.yaml`. Never throws. */
export function readWithdrawn({ project, path, kind }: WithdrawnFiles): WithdrawnManifest {
  const manifest = checkManifest(path, () => kinds[kind]);
  const list = (field: "images" | "files") =>
    entriesOf(memberOf(manifest.value, field)).map(([index, entry]) => {
      const at: Path = [field, index, "name"];
      const text = (member: string) => `${memberOf(entry, member) ?? ""}`;
      const mention = { manifest, path: at, target: "value" } as const;
      return { entry, name: text("name"), reason: text("reason"), date: text("date"), mention };
    });
  const [images, files] = [list("images"), list("files")];
  return {
    project,
    images: images.flatMap(({ entry, ...base }): WithdrawnImageEntry[] => {
      const digest = memberOf(entry, "digest");
      const tags = entriesOf(memberOf(entry, "tags")).map(([, tag]) => String(tag));
      const isValid = digest === undefined ? tags.length > 0 && tags.every(isTag) : isDigest(`${digest}`);
      if (!isRepositoryName(base.name) || !isValid) return [];
      return [
        digest === undefined
          ? { ...base, tags: [...new Set(tags)].sort() }
          : { ...base, digest: `${digest}`, tags: [] },
      ];
    }),
    files: files.filter(({ name }) => isFileName(name)).map(({ entry, ...base }) => base),
    count: images.length + files.length,
    problems: manifest.problems,
    manifest,
  };
}
