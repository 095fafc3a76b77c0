import { itemsOf } from "../../../document/draft";
import { findDigestProblem } from "../digest";
import { isFileName } from "../file-name";
import type { ListRule, WithdrawnFilesDraft, WithdrawnImagesDraft } from "../manifest-rule";
import { isRepositoryName } from "../repository-name";
import { isTag } from "../tag";
import { nameFix } from "./file-rules";
import { describeBadTag, digestFix } from "./image-rules";

type ImageRule = ListRule<WithdrawnImagesDraft>;
type FileRule = ListRule<WithdrawnFilesDraft>;

const digestOrTags: ImageRule = {
  id: "manifest/withdrawal-scope",
  severity: "error",
  reason: "A withdrawal of an image without a digest or tags could be meant for all of it.",
  *check(draft) {
    for (const [index, { digest, tags }] of itemsOf(draft)) {
      if ((digest === undefined) !== (tags === undefined)) continue;
      const message =
        digest === undefined ? "this entry names neither a digest nor tags" : "this entry names a digest and tags";
      const fix =
        digest === undefined
          ? 'Add digest: "sha256:…" to withdraw it with all its tags, or tags: ["…"].'
          : "Remove tags: a digest is withdrawn with all its tags.";
      yield { path: [index, digest === undefined ? "name" : "tags"], message, fix };
    }
  },
};

const badImageName: ImageRule = {
  id: "manifest/bad-image-name",
  severity: "error",
  reason: "Registries refuse other names (OCI distribution specification, Pulling manifests).",
  *check(draft) {
    for (const [index, { name }] of itemsOf(draft)) {
      if (name === undefined || isRepositoryName(name)) continue;
      const message = `"${name.slice(0, 200)}" cannot be the name of an image`;
      yield { path: [index, "name"], message, fix: "Write the name as it was in images.yaml." };
    }
  },
};

const badDigest: ImageRule = {
  id: "manifest/bad-digest",
  severity: "error",
  reason: "Nothing has such a digest, so nothing could be copied or verified.",
  *check(draft) {
    for (const [index, { digest }] of itemsOf(draft)) {
      const problem = digest === undefined ? undefined : findDigestProblem(digest, "sha256:");
      if (problem === undefined || digest === undefined) continue;
      yield { path: [index, "digest"], message: `the digest ${problem}`, fix: digestFix(digest) };
    }
  },
};

const badTag: ImageRule = {
  id: "manifest/bad-tag",
  severity: "error",
  reason: "Registries refuse other tags (OCI distribution specification, Pulling manifests).",
  *check(draft, { document }) {
    for (const [index, { tags }] of itemsOf(draft)) {
      for (const [position, tag] of itemsOf(tags ?? [])) {
        if (typeof tag === "string" && isTag(tag)) continue;
        const path = [index, "tags", position];
        yield { path, ...describeBadTag(tag, document.written(path, "value")) };
      }
    }
  },
};

/** Entries that withdraw the same as an earlier one. */
function repeated<Draft extends WithdrawnImagesDraft | WithdrawnFilesDraft>(
  keysOf: (entry: NonNullable<Draft[number]>) => readonly string[],
): ListRule<Draft> {
  return {
    id: "manifest/repeated-withdrawal",
    severity: "warning",
    reason: "It has no effect, and both places have to be removed to take it back.",
    *check(draft) {
      const known = new Set<string>();
      for (const [index, entry] of itemsOf(draft as readonly NonNullable<Draft[number]>[])) {
        const keys = keysOf(entry);
        if (keys.some((key) => known.has(key))) {
          yield { path: [index, "name"], message: `${entry.name} is withdrawn twice`, fix: "Keep one of the two." };
        }
        for (const key of keys) known.add(key);
      }
    },
  };
}

const badFileName: FileRule = {
  id: "manifest/bad-file-name",
  severity: "error",
  reason: "Names become paths of URLs and keys of objects at every cloud.",
  *check(draft) {
    for (const [index, { name }] of itemsOf(draft)) {
      if (name === undefined || isFileName(name)) continue;
      const message = `"${name.slice(0, 200)}" cannot be the path of a file`;
      yield { path: [index, "name"], message, fix: nameFix(name) };
    }
  },
};

/** The rules for withdrawn images. */
export const withdrawnImageRules: readonly ImageRule[] = [
  digestOrTags,
  badImageName,
  badDigest,
  badTag,
  repeated<WithdrawnImagesDraft>(({ name = "", digest, tags = [] }) => [
    ...(digest === undefined ? [] : [`${name}@${digest}`]),
    ...tags.map((tag) => `${name}:${tag}`),
  ]),
];

/** The rules for withdrawn files. */
export const withdrawnFileRules: readonly FileRule[] = [
  badFileName,
  repeated<WithdrawnFilesDraft>(({ name = "" }) => [name]),
];
