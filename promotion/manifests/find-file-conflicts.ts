import type { Problem } from "../../document/problem";
import type { Conflicts } from "./find-image-conflicts";
import { formatMention } from "./format-mention";
import type { PromisedFileEntry } from "./project-manifest";

/** The files of a project, and the prefixes of all the places that they go to. */
export interface PlacedFiles {
  readonly project: string;
  readonly files: readonly PromisedFileEntry[];
  /** With a final slash; those of mirrors have no bucket. */
  readonly prefixes: readonly string[];
}

/**
 * Finds paths that are promised with two checksums, by any projects: errors at all places. A path that is promised again with the
 * same checksum is a warning, once for each manifest.
 */
export function findFileConflicts(projects: readonly PlacedFiles[]): Conflicts<PromisedFileEntry> {
  const problems = new Map<string, Problem>();
  const blocked = new Set<PromisedFileEntry>();
  const repeats = new Map<
    string,
    { readonly first: PromisedFileEntry; readonly other: PromisedFileEntry; readonly count: number }
  >();
  for (const [path, files] of groupByPath(projects)) {
    const [first] = files;
    if (first === undefined || files.length === 1) continue;
    if (files.some(({ sha256 }) => sha256 !== first.sha256)) {
      for (const file of files) {
        blocked.add(file);
        const other = files.find(({ sha256 }) => sha256 !== file.sha256) ?? first;
        add(problems, describeConflict(path, file, other));
      }
    } else {
      for (const again of files.slice(1)) {
        const key = `${first.mention.manifest.path} ${again.mention.manifest.path}`;
        const found = repeats.get(key) ?? { first: again, other: first, count: 0 };
        repeats.set(key, { ...found, count: found.count + 1 });
      }
    }
  }
  for (const repeat of repeats.values()) add(problems, describeRepeat(repeat.first, repeat.other, repeat.count));
  return { problems: [...problems.values()], blocked };
}

/** The files of each path; a path that is promised once, in several places, has one. */
function groupByPath(projects: readonly PlacedFiles[]): Map<string, PromisedFileEntry[]> {
  const paths = new Map<string, PromisedFileEntry[]>();
  for (const { files, prefixes } of projects) {
    for (const prefix of prefixes) {
      for (const file of files) {
        const path = `${prefix}${file.name}`;
        const others = paths.get(path);
        if (others === undefined) paths.set(path, [file]);
        else if (!others.includes(file)) others.push(file);
      }
    }
  }
  return paths;
}

function describeConflict(path: string, { sha256, mention }: PromisedFileEntry, other: PromisedFileEntry): Problem {
  const complaint = {
    rule: "manifest/file-conflict",
    severity: "error",
    message: `${path} is promised with the checksum ${sha256} here and ${other.sha256} at ${formatMention(other.mention)}`,
    fix: "Give each version of a file a name of its own, such as one with the version.",
  } as const;
  return mention.manifest.complain(complaint, mention.path, mention.target);
}

function describeRepeat({ name, mention }: PromisedFileEntry, other: PromisedFileEntry, count: number): Problem {
  const rest = count === 1 ? "" : `, as ${count - 1} more of its files are`;
  const complaint = {
    rule: "manifest/repeated-file",
    severity: "warning",
    message: `${name} is also listed at ${formatMention(other.mention)}, with the same checksum${rest}`,
    fix: "Keep one of the two.",
  } as const;
  return mention.manifest.complain(complaint, mention.path, mention.target);
}

/** Keeps the first problem of each rule at a place: the same file goes to many destinations. */
function add(problems: Map<string, Problem>, problem: Problem): void {
  const key = `${problem.file}:${problem.line}:${problem.column} ${problem.rule}`;
  if (!problems.has(key)) problems.set(key, problem);
}
