import { createHash } from "node:crypto";
import type { JudgedFile } from "../judged-artifact";
import { accept, type PolicyRule, refuse } from "../policy-rule";

/** What a file with a checksum may contain: the digits, perhaps with the name as sha256sum of GNU coreutils prints it ("md5 invocation"). */
function* listChecksumTexts({ path, sha256 }: JudgedFile): Generator<string> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  for (const line of [sha256, `${sha256}  ${name}`, `${sha256} *${name}`]) yield* [line, `${line}\n`, `${line}\r\n`];
}

function isChecksumOf(file: JudgedFile, sha256: string): boolean {
  return [...listChecksumTexts(file)].some((text) => createHash("sha256").update(text).digest("hex") === sha256);
}

function findRefusal(file: JudgedFile, ending: string): string | undefined {
  const companion = `${file.path}${ending}`;
  const sha256 = file.checksumAt(companion);
  if (sha256 === undefined) return `${companion} is not promoted`;
  if (ending !== ".sha256" || isChecksumOf(file, sha256)) return undefined;
  return `${companion} does not state the checksum ${file.sha256}`;
}

/**
 * Files that must be promoted with each file. Manifests state a checksum of every file, but users do not see manifests. What a
 * `.sha256` contains is known without reading it, from its own checksum in the manifest.
 */
export const fileCompanions: PolicyRule = {
  id: "policy/file-companions",
  reason: "Users can verify a download only with a checksum or signature that is published beside it.",
  example: "file-companions: [.sha256, .sig]",
  judgeFile(file, { fileCompanions }) {
    if (!fileCompanions || fileCompanions.some((ending) => file.path.endsWith(ending))) return undefined;
    const refused = fileCompanions.flatMap((ending) => findRefusal(file, ending) ?? []);
    if (refused.length === 0) return accept(fileCompanions.join(", "));
    const fix = "Add it to the manifest, with the SHA-256 of the file as its only content, if it ends with .sha256.";
    return refuse(refused.join("; "), fix);
  },
};
