import type { Problem } from "../../document/problem";
import type { PlacedFiles } from "./find-file-conflicts";
import type { PlacedImage } from "./find-image-conflicts";
import { formatMention } from "./format-mention";
import type { Mention } from "./project-manifest";
import type { WithdrawnImageEntry, WithdrawnManifest } from "./withdrawn-manifest";

/** A `withdrawn.yaml` with the prefixes of all the places that its project's artifacts go to. */
export interface PlacedWithdrawals {
  readonly manifest: WithdrawnManifest;
  readonly imagePrefixes: readonly string[];
  readonly filePrefixes: readonly string[];
}

/** What is withdrawn and promised at the same time, with its problems. */
export interface StillPromised {
  readonly problems: readonly Problem[];
  /** The entries of `withdrawn.yaml` that have no effect. */
  readonly blocked: ReadonlySet<unknown>;
}

/** Finds entries of `withdrawn.yaml` that any manifest still promises: an error at the entry, which then withdraws nothing. */
export function findStillPromised(
  withdrawals: readonly PlacedWithdrawals[],
  images: readonly PlacedImage[],
  files: readonly PlacedFiles[],
): StillPromised {
  if (withdrawals.every(({ manifest }) => manifest.count === 0)) return { problems: [], blocked: new Set() };
  const promised = new Map<string, Mention>();
  for (const { repositories, digests } of images) {
    for (const { digest, tags, mention } of digests) {
      for (const repository of repositories) {
        promised.set(`${repository}@${digest}`, mention);
        for (const tag of tags) promised.set(`${repository}:${tag}`, mention);
      }
    }
  }
  for (const { prefixes, files: entries } of files) {
    for (const { name, mention } of entries) for (const prefix of prefixes) promised.set(`${prefix}${name}`, mention);
  }
  const blocked = new Set<unknown>();
  const problems = withdrawals.flatMap(({ manifest, imagePrefixes, filePrefixes }) => [
    ...manifest.images.flatMap((entry) => complain(entry, namesOf(entry, imagePrefixes), promised, blocked)),
    ...manifest.files.flatMap((entry) =>
      complain(
        entry,
        filePrefixes.map((prefix) => `${prefix}${entry.name}`),
        promised,
        blocked,
      ),
    ),
  ]);
  return { problems, blocked };
}

function namesOf({ name, digest, tags }: WithdrawnImageEntry, prefixes: readonly string[]): string[] {
  const ends = digest === undefined ? tags.map((tag) => `:${tag}`) : [`@${digest}`];
  return prefixes.flatMap((prefix) => ends.map((end) => `${prefix}${name}${end}`));
}

function complain(
  entry: { readonly mention: Mention },
  names: readonly string[],
  promised: ReadonlyMap<string, Mention>,
  blocked: Set<unknown>,
): Problem[] {
  const name = names.find((each) => promised.has(each));
  const other = name === undefined ? undefined : promised.get(name);
  if (name === undefined || other === undefined) return [];
  blocked.add(entry);
  const { manifest, path, target } = entry.mention;
  const complaint = {
    rule: "manifest/still-promised",
    severity: "error",
    message: `${name} is withdrawn here, and still promised at ${formatMention(other)}`,
    fix: "Remove it there to withdraw it, or remove this entry to keep it.",
  } as const;
  return [manifest.complain(complaint, path, target)];
}
