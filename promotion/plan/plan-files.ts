import type { ObjectFacts } from "../../stores/bucket";
import type { Promoted, PromotedFile } from "../promoted";
import type { Findings } from "./findings";
import { formatPlace } from "./format-place";
import { isOtherFile } from "./is-other-file";
import type { FilePlan } from "./plan";
import { createPlannedScope } from "./planned-scope";
import { type IsMutable, isDestination, joinDestinations } from "./wanted-image";
import { type FileTargetHoldings, Unread, type World } from "./world";

/** Where a file is copied from. */
interface Source {
  readonly source: string;
  readonly bytes: number;
}

/** A file in staging. */
interface StagedFile extends Pick<PromotedFile, "source" | "name"> {
  readonly facts: ObjectFacts;
}

/** What is planned for files. */
interface PlannedFiles {
  readonly files: readonly FilePlan[];
  /** How many files every readable target has. */
  readonly inPlace: number;
}

/** Plans all files. */
class FilePlanner {
  readonly #world: World;
  readonly #isMutable: IsMutable;
  readonly #findings: Findings;
  readonly #targets: readonly FileTargetHoldings[];
  #inPlace = 0;

  constructor(world: World, isMutable: IsMutable, findings: Findings) {
    this.#world = world;
    this.#isMutable = isMutable;
    this.#findings = findings;
    this.#targets = world.targets.filter((target) => target.kind === "files");
  }

  plan({ files }: Promoted): PlannedFiles {
    if (files.length === 0) return { files: [], inPlace: 0 };
    for (const target of this.#targets) {
      if (target.files instanceof Unread) this.#findings.addUnreadTarget(target, target.files);
    }
    const byPath = new Map<string, PromotedFile[]>();
    for (const file of files) {
      const group = byPath.get(file.path);
      if (group) group.push(file);
      else byPath.set(file.path, [file]);
    }
    const paths = [...byPath].sort(([a], [b]) => (a < b ? -1 : 1));
    const planned = paths.flatMap(([, [first, ...others]]) => (first ? this.#planPath(first, others) : []));
    return { files: planned, inPlace: this.#inPlace };
  }

  #planPath(file: PromotedFile, others: readonly PromotedFile[]): FilePlan[] {
    this.#checkDestinations(file);
    const other = others.find(({ sha256 }) => sha256 !== file.sha256);
    if (!other) return this.#planFile(file, [file, ...others]);
    const [one, two] = [file.place, other.place];
    this.#findings.add({
      kind: "conflict",
      severity: "error",
      project: other.project,
      artifact: file.path,
      message: `${file.path} has the SHA-256 ${file.sha256} in ${one.file}:${one.line}, and ${other.sha256} in ${two.file}:${two.line}`,
      fix: "Keep one of the two.",
    });
    return [];
  }

  #planFile(file: PromotedFile, entries: readonly PromotedFile[]): FilePlan[] {
    const holder = entries.find((entry) => this.#sourceOf(entry) !== undefined);
    const staged = holder && this.#sourceOf(holder);
    const facts = staged?.sha256 === undefined || staged.sha256 === file.sha256 ? staged : undefined;
    const lacking: string[] = [];
    const replaced: string[] = [];
    const moved: string[] = [];
    let isRead = false;
    for (const { name, mirror, files } of this.#targets) {
      if (files instanceof Unread || !entries.some(({ destinations }) => isDestination(destinations, mirror))) continue;
      isRead = true;
      const found = files.get(file.path);
      if (!found) lacking.push(name);
      else if (isOtherFile(found, file.sha256, facts)) (this.#isMutable(file.path) ? replaced : moved).push(name);
    }
    for (const target of moved) this.#reportMoved(file, target);
    const missing = moved.length > 0 ? [] : [...lacking, ...replaced].sort();
    if (isRead && missing.length === 0 && moved.length === 0) this.#inPlace++;
    if (missing.length === 0) return [];
    const found = this.#findSource(file, entries, holder && staged && { ...holder, facts: staged });
    if (!found) return [];
    if (typeof this.#findAtOrigin(file, entries) === "object") this.#reportWaiting(missing);
    const { project, path, sha256 } = file;
    const replaces = replaced.length > 0 && { replaces: replaced.sort() };
    const destinations = entries.map((entry) => entry.destinations).reduce(joinDestinations);
    const scope = createPlannedScope(destinations, this.#targets, ({ files }) => !(files instanceof Unread));
    const { source, bytes } = found;
    return [{ project, source, path, sha256, bytes, missing, ...replaces, ...scope }];
  }

  #sourceOf({ source, name }: PromotedFile): ObjectFacts | undefined {
    const files = this.#world.fileSources.get(source);
    return files instanceof Unread ? undefined : files?.get(name);
  }

  /**
   * Staging deletes what is old, and the origin keeps it: other mirrors get it from there.
   *
   * @returns undefined, with a finding, if neither has the file
   */
  #findSource(
    file: PromotedFile,
    entries: readonly PromotedFile[],
    staged: StagedFile | undefined,
  ): Source | undefined {
    const isRebuilt = staged?.facts.sha256 !== undefined && staged.facts.sha256 !== file.sha256;
    if (staged && !isRebuilt) return { source: `${staged.source}${staged.name}`, bytes: staged.facts.size };
    const atOrigin = this.#findAtOrigin(file, entries);
    if (staged && atOrigin !== "unread") this.#reportRebuilt(file, staged, atOrigin?.source);
    else if (typeof atOrigin !== "object") this.#reportAbsent(file, entries, atOrigin);
    return typeof atOrigin === "object" ? atOrigin : undefined;
  }

  /** @returns undefined if the origin does not have the file */
  #findAtOrigin({ path, sha256 }: PromotedFile, entries: readonly PromotedFile[]): Source | "unread" | undefined {
    const origin = this.#targets.find(({ isOrigin }) => isOrigin);
    if (!origin || !entries.some(({ destinations }) => isDestination(destinations, origin.mirror))) return undefined;
    if (origin.files instanceof Unread) return "unread";
    const found = origin.files.get(path);
    if (!found || isOtherFile(found, sha256, undefined)) return undefined;
    return { source: origin.sourceOf(path), bytes: found.size };
  }

  #reportRebuilt({ project, path, sha256, place }: PromotedFile, staged: StagedFile, holder: string | undefined): void {
    const isThere = holder !== undefined;
    const what = isThere ? `promotes ${sha256}, which is at ${holder}` : `promises ${sha256}`;
    const message = `${staged.source}${staged.name} was rebuilt: its SHA-256 is ${staged.facts.sha256} now, and the manifest ${what}`;
    const fix = isThere
      ? "Nothing, if the file at the origin is the right one; otherwise promote the new one under a new name."
      : `Correct the checksum in ${formatPlace(place)} if the new file is the right one.`;
    this.#findings.add({
      kind: "rebuilt",
      severity: isThere ? "warning" : "error",
      project,
      artifact: path,
      message,
      fix,
    });
  }

  /** That the origin could not be read is a finding of its own. It may have the file. */
  #reportAbsent(file: PromotedFile, entries: readonly PromotedFile[], atOrigin: "unread" | undefined): void {
    const { project, path } = file;
    const unread = entries.filter(({ source }) => !(this.#world.fileSources.get(source) instanceof Map));
    for (const { source } of unread) {
      const reading = this.#world.fileSources.get(source);
      const known = reading instanceof Unread ? reading : new Unread("it was not read");
      this.#findings.addUnreadSource(source, project, known);
    }
    if (unread.length > 0 || atOrigin === "unread") return;
    const message = `${path} is lost: ${file.source}${file.name} does not exist`;
    const fix = `Publish it in staging, or correct or remove the file in ${formatPlace(file.place)}.`;
    this.#findings.add({ kind: "lost", severity: "error", project, artifact: path, message, fix });
  }

  #reportMoved({ project, path, sha256, place }: PromotedFile, target: string): void {
    const message = `${path} at ${target} does not have the promised SHA-256 ${sha256}`;
    const fix = `Promote it under a new name in ${formatPlace(place)}, or name ${JSON.stringify(path)} in promotion.mutable of the inventory.`;
    this.#findings.add({ kind: "moved", severity: "error", project, artifact: path, target, message, fix });
  }

  #checkDestinations({ project, destinations }: PromotedFile): void {
    if (destinations === "all") return;
    for (const mirror of destinations) {
      const isKnown = this.#targets.some((target) => target.mirror === mirror);
      if (!isKnown) this.#findings.addUnmapped(project, mirror, "files");
    }
  }

  /** A cloud or a donor is late only with what is released, which the origin has: a plan of a new release says nothing of them. */
  #reportWaiting(missing: readonly string[]): void {
    for (const target of this.#targets) {
      const { name, filling } = target;
      if (filling !== "run" && missing.includes(name)) this.#findings.addWaiting(name, filling, "files");
    }
  }
}

/**
 * What targets lack of the promised files. A file with other content at one mirror is refused at every mirror, unless its name is
 * mutable. Files that every target has need no source; what staging no longer has is copied from the origin.
 */
export function planFiles(promoted: Promoted, world: World, isMutable: IsMutable, findings: Findings): PlannedFiles {
  return new FilePlanner(world, isMutable, findings).plan(promoted);
}
