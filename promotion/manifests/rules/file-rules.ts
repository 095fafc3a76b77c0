import { itemsOf } from "../../../document/draft";
import { findDigestProblem } from "../digest";
import { isFileName } from "../file-name";
import type { FilesDraft, ListRule } from "../manifest-rule";

const badFileName: ListRule<FilesDraft> = {
  id: "manifest/bad-file-name",
  severity: "error",
  reason: "Names become paths of URLs and keys of objects at every cloud.",
  *check(draft) {
    for (const [index, { name }] of itemsOf(draft)) {
      if (name === undefined || isFileName(name)) continue;
      yield {
        path: [index, "name"],
        message: `"${name.slice(0, 200)}" cannot be the path of a file`,
        fix: nameFix(name),
      };
    }
  },
};

/** How to correct a file's name. */
export function nameFix(name: string): string {
  const relative = name.replaceAll("\\", "/").replace(/^(?:\.?\/)+/, "");
  return isFileName(relative)
    ? `Write name: ${relative}`
    : "Use letters, digits, . _ ~ + @ = , - and slashes between them, without empty parts and parts that are only dots.";
}

const badChecksum: ListRule<FilesDraft> = {
  id: "manifest/bad-checksum",
  severity: "error",
  reason: "Checksums are compared as text: no file has one in upper case, or of another length.",
  *check(draft, { document }) {
    for (const [index, { sha256 }] of itemsOf(draft)) {
      if (sha256 === undefined) continue;
      const path = [index, "sha256"];
      const text = typeof sha256 === "string" ? sha256 : document.written(path, "value");
      const problem = typeof sha256 === "string" ? findDigestProblem(text, "") : `is a ${typeof sha256} without quotes`;
      if (problem !== undefined) yield { path, message: `the checksum ${problem}`, fix: checksumFix(text) };
    }
  },
};

function checksumFix(text: string): string {
  // A line of sha256sum has the file's name, too.
  const bare = text
    .toLowerCase()
    .replace(/^sha256:/, "")
    .replace(/^([0-9a-f]{64})\s.*$/, "$1");
  return findDigestProblem(bare, "") === undefined
    ? `Write sha256: "${bare}"`
    : "Write the 64 hexadecimal digits that sha256sum prints.";
}

/** The rules for a list of files. */
export const fileRules: readonly ListRule<FilesDraft>[] = [badFileName, badChecksum];
