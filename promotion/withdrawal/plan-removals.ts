import { createHash } from "node:crypto";
import { imageKey } from "../../overlay/image-key";
import type { Ledger, LedgerFile, LedgerImage, LedgerWithdrawal } from "../ledger/ledger";
import type { PlanFinding } from "../plan/plan";
import { targetName } from "../plan/target-name";
import type { Target } from "../targets/target";
import { findDoubt } from "./find-doubt";
import { RepositoryImages } from "./find-owners";
import { endOfWaiting, hideWithdrawn, isDue, type WaitingTime, type Withdrawing } from "./hide-withdrawn";
import { ReferenceCount } from "./reference-count";
import type { LeftCopy, NeededObjects, Removal, RemovalState } from "./removal";
import { selectHidden } from "./select-hidden";
import { WithdrawnEntries } from "./withdrawn-entries";

/** What of a target counts for removals. */
export type RemovalTarget = Pick<Target, "kind" | "mirror" | "isOrigin" | "filling" | "mayRemove">;

/** What removals are planned from. */
export interface RemovalOptions extends WaitingTime {
  readonly ledger: Ledger;
  readonly manifests: Withdrawing;
  readonly targets: readonly RemovalTarget[];
  /** Stores that cannot be opened, so that they keep everything. @default none */
  readonly unplaced?: readonly Pick<RemovalTarget, "kind" | "mirror">[];
  /** `approval` of a plan that is over the limit, which allows exactly this. @default nothing over the limit */
  readonly more?: string | undefined;
}

/** What a run does about withdrawn artifacts. */
export interface RemovalsPlan {
  /** Sorted by name. */
  readonly removals: readonly Removal[];
  /** The ledger with what this run hides and shows again; the same one if nothing changes. */
  readonly ledger: Ledger;
  readonly findings: readonly PlanFinding[];
}

/** Artifacts that one run hides, and that it deletes, without an approval: this number, or a share of all if that is more. */
const limit = { artifacts: 20, share: 0.01 } as const;

/**
 * Plans what becomes of withdrawn artifacts: what is hidden, what waits, what is deleted where, and what stays because another artifact
 * needs it. Nothing is asked of any store.
 */
export function planRemovals(options: RemovalOptions): RemovalsPlan {
  const { ledger, manifests } = options;
  const hidden = hideWithdrawn(ledger, manifests, options);
  const doubt = findDoubt(hidden, manifests.mentions);
  const listed = listHidden(hidden, options);
  const isDoubted = doubt !== undefined && listed.some(({ state }) => state === "delete");
  const held = isDoubted
    ? listed.map((each) => (each.state === "delete" ? { ...each, state: "waiting" as const } : each))
    : listed;
  const found = [...listChanged(ledger, hidden), ...held];
  const doubts = isDoubted ? [doubt] : [];
  const counted = countExcess(ledger, found);
  const excess = counted && counted.approval !== options.more ? counted : undefined;
  if (!excess) return describe(hidden, found, options, doubts);
  // Restoring is safe.
  const known = new Set(found.filter(({ state }) => state === "hide").map(keyOf));
  const kept = hideWithdrawn(ledger, { ...manifests, withdrawn: selectHidden(ledger, manifests.withdrawn) }, options);
  const rest = found.filter((each) => each.state === "restore" || (!known.has(keyOf(each)) && each.state !== "delete"));
  return describe(kept, rest, options, [describeExcess(excess, options.more), ...doubts]);
}

/** An artifact of the ledger, and what becomes of it. */
interface Concerned {
  readonly state: RemovalState;
  readonly withdrawal: LedgerWithdrawal;
  readonly entry: LedgerImage | LedgerFile;
  /** Only these tags go. @default all of it goes */
  readonly tag?: string;
}

function keyOf({ entry, tag }: Pick<Concerned, "entry" | "tag">): string {
  if ("path" in entry) return entry.path;
  const { repository, digest } = entry;
  return tag === undefined ? imageKey(repository, digest) : `${repository}:${tag}`;
}

function isAttached(entry: LedgerImage | LedgerFile): boolean {
  return "attachedTo" in entry && entry.attachedTo !== undefined;
}

function* withdrawalsOf({ images, files }: Ledger): Generator<Omit<Concerned, "state">> {
  for (const entry of [...images, ...files]) {
    if (isAttached(entry)) continue;
    if (entry.withdrawn) yield { withdrawal: entry.withdrawn, entry };
    else if ("withdrawnTags" in entry) {
      for (const [tag, withdrawal] of Object.entries(entry.withdrawnTags ?? {})) yield { withdrawal, entry, tag };
    }
  }
}

/** What was hidden, and is promised again. */
function listChanged(before: Ledger, after: Ledger): Concerned[] {
  if (before === after) return [];
  const now = new Set(Array.from(withdrawalsOf(after), keyOf));
  return Array.from(withdrawalsOf(before))
    .filter((each) => !now.has(keyOf(each)))
    .map((each) => ({ state: "restore", ...each }));
}

/** What is hidden, or will be. What has lost its entry without being promised again is hidden, and never deleted. */
function listHidden(after: Ledger, { ledger, manifests, ...time }: RemovalOptions): Concerned[] {
  const before = new Set(Array.from(withdrawalsOf(ledger), keyOf));
  const entries = new WithdrawnEntries(manifests.withdrawn, manifests.mentions);
  const hasEntry = ({ entry, tag }: Omit<Concerned, "state">) => {
    if ("path" in entry) return entries.ofFile(entry) !== undefined;
    return (tag === undefined ? entries.ofImage(entry) : entries.ofTag(entry, tag)) !== undefined;
  };
  return Array.from(withdrawalsOf(after), (each): Concerned => {
    // Manifests with errors may name it in a way that nobody can read.
    const isClear = !manifests.mentions.unclear.has(each.entry.project);
    const isOver = isDue(each.withdrawal, time) && hasEntry(each) && isClear;
    const state = before.has(keyOf(each)) ? (isOver ? "delete" : "waiting") : "hide";
    return { state, ...each };
  });
}

interface Excess {
  readonly hidden: number;
  readonly deleted: number;
  readonly allowed: number;
  /** Of exactly these artifacts. */
  readonly approval: string;
}

/** The same digest at several repositories of a project is one artifact; so are the tags of a digest. */
function countExcess({ images, files }: Ledger, found: readonly Concerned[]): Excess | undefined {
  const nameOf = (entry: LedgerImage | LedgerFile) =>
    "path" in entry ? entry.path : `${entry.project} ${entry.digest}`;
  const count = (entries: readonly (LedgerImage | LedgerFile)[]) => new Set(entries.map(nameOf)).size;
  const of = (state: RemovalState) => found.filter((each) => each.state === state);
  const hidden = count(of("hide").map(({ entry }) => entry));
  const deleted = count(of("delete").map(({ entry }) => entry));
  const all = count([...images, ...files].filter((entry) => !isAttached(entry)));
  const allowed = Math.max(limit.artifacts, Math.floor(all * limit.share));
  if (hidden <= allowed && deleted <= allowed) return undefined;
  const names = [...of("hide"), ...of("delete")].map((each) => `${each.state} ${keyOf(each)}`).sort();
  const approval = createHash("sha256").update(names.join("\n")).digest("hex").slice(0, 12);
  return { hidden, deleted, allowed, approval };
}

/** @param given an approval of something else */
function describeExcess({ hidden, deleted, allowed, approval }: Excess, given: string | undefined): PlanFinding {
  const mistake = given === undefined ? "" : `; --more ${given} is an approval of something else`;
  const parts = [hidden > 0 && `hide ${hidden}`, deleted > 0 && `delete ${deleted}`].filter((part) => part !== false);
  return {
    kind: "too-many",
    severity: "error",
    message: `withdrawals would ${parts.join(" and ")} artifacts, and a run may hide and delete ${allowed} each: nothing is withdrawn${mistake}`,
    fix: `If this is intended, run it with --more ${approval}, which allows exactly this.`,
  };
}

function describe(
  ledger: Ledger,
  found: readonly Concerned[],
  options: RemovalOptions,
  findings: readonly PlanFinding[],
): RemovalsPlan {
  const describer = new Describer(ledger, found, options);
  const removals = found.map((each) => describer.describe(each));
  const sorted = removals.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  return { removals: joinTags(sorted), ledger, findings: [...findings, ...listLeft(sorted)] };
}

function sortKey({ name, digest, kind, tags, state }: Removal): string {
  return JSON.stringify([name, digest, kind, state, tags]);
}

/** The tags of a digest that share a fate are one removal. */
function joinTags(sorted: readonly Removal[]): Removal[] {
  const joined = new Map<string, Removal>();
  for (const removal of sorted) {
    const { kind, name, digest, state, after, reason, from, tags } = removal;
    const key = JSON.stringify([kind, name, digest, state, after, reason, from]);
    const known = joined.get(key);
    joined.set(key, known ? { ...known, tags: [...known.tags, ...tags] } : removal);
  }
  return [...joined.values()];
}

class Describer {
  readonly #options: RemovalOptions;
  readonly #references: ReferenceCount;
  readonly #attached = new Map<LedgerImage, LedgerImage[]>();

  constructor(ledger: Ledger, found: readonly Concerned[], options: RemovalOptions) {
    this.#options = options;
    const going = new Set(
      found.filter(({ state, tag }) => state === "delete" && tag === undefined).map(({ entry }) => entry),
    );
    const repositories = new RepositoryImages(ledger.images);
    const doomed = ledger.images.filter((image) => {
      if (image.attachedTo === undefined) return going.has(image);
      if (!image.withdrawn) return false;
      const owners = repositories.findOwners(image);
      if (owners.length === 0 || !owners.every((owner) => going.has(owner))) return false;
      for (const owner of owners) this.#attached.set(owner, [...(this.#attached.get(owner) ?? []), image]);
      return true;
    });
    const isDoomed = new Set(doomed);
    const kept = ledger.images.filter((image) => !isDoomed.has(image));
    this.#references = new ReferenceCount(kept, doomed, options.manifests.mentions);
  }

  describe({ state, withdrawal, entry, tag }: Concerned): Removal {
    const isFile = "path" in entry;
    const kind = isFile ? "file" : tag === undefined ? "image" : "tags";
    const name = isFile ? entry.path : entry.repository;
    const digest = isFile ? `sha256:${entry.sha256}` : entry.digest;
    const tags = isFile ? [] : tag === undefined ? this.#freeTags(entry) : [tag];
    const { from, left } = state === "restore" ? { from: [], left: [] } : this.#findTargets(kind, entry, withdrawal);
    const hidden = state === "restore" ? "" : withdrawal.hidden;
    const after = state === "restore" ? "" : new Date(endOfWaiting(withdrawal, this.#options)).toISOString();
    const base = {
      state,
      kind,
      project: entry.project,
      name,
      digest,
      tags,
      reason: withdrawal.reason,
      hidden,
      after,
      from,
      left,
    } as const;
    if (state !== "delete" || isFile) return base;
    return { ...base, ...(tag === undefined ? this.#findObjects(entry) : findStayingTags(entry)) };
  }

  /** The tags of an image that are not promised for another digest. */
  #freeTags({ repository, tags }: LedgerImage): string[] {
    return tags.filter((tag) => !this.#options.manifests.mentions.tags.has(`${repository}:${tag}`));
  }

  #findTargets(kind: Removal["kind"], entry: LedgerImage | LedgerFile, { removedFrom }: LedgerWithdrawal) {
    const { destinations } = entry;
    const from: string[] = [];
    const left: LeftCopy[] = [];
    const { targets: opened, unplaced = [] } = this.#options;
    const closed = unplaced.map((store) => ({ kind: store.kind, mirror: store.mirror, isOrigin: false }));
    const targets = [...opened, ...closed]
      .filter(
        (target) => (kind === "file") === (target.kind === "files") && (kind !== "tags" || target.kind === "registry"),
      )
      .filter(({ mirror }) => destinations?.includes(mirror) ?? true)
      .toSorted((a, b) => Number(b.isOrigin) - Number(a.isOrigin) || (targetName(a) < targetName(b) ? -1 : 1));
    for (const target of targets) {
      const name = targetName(target);
      if (removedFrom.includes(name)) continue;
      const reason = "mayRemove" in target ? findObstacle(target) : "it cannot be opened";
      const doubt = kind === "image" ? this.#findDoubt(target, entry as LedgerImage) : undefined;
      const obstacle = reason ?? doubt;
      if (obstacle === undefined) from.push(name);
      else left.push({ target: name, reason: obstacle });
    }
    return { from, left };
  }

  /** Why nobody knows whether other artifacts need what an image consists of. */
  #findDoubt({ kind }: Pick<RemovalTarget, "kind">, { repository }: LedgerImage): string | undefined {
    const unknown = this.#references.findUnknown(kind === "registry" ? repository : undefined);
    return unknown && `${unknown} may need parts of it, and was not promoted yet`;
  }

  /** What goes with an image, and what stays. */
  #findObjects(image: LedgerImage): Partial<Removal> {
    const { repository, digest } = image;
    const attached = this.#attached.get(image) ?? [];
    const ofRepository = [...attached.map((each) => each.digest), digest, ...image.manifests];
    const isFreeManifest = (each: string) => this.#references.ofManifest(repository, each).count === 0;
    const isFreeBlob = (each: string) => this.#references.ofBlob(each).count === 0;
    const blobs = [...new Set([image, ...attached].flatMap((each) => each.blobs))];
    const needed = [
      ...ofRepository
        .filter((each) => !isFreeManifest(each))
        .map((each) => this.#references.ofManifest(repository, each)),
      ...blobs.filter((each) => !isFreeBlob(each)).map((each) => this.#references.ofBlob(each)),
    ];
    const counts: NeededObjects = {
      manifests: ofRepository.filter((each) => !isFreeManifest(each)).length,
      blobs: blobs.filter((each) => !isFreeBlob(each)).length,
      by: [...new Set(needed.flatMap(({ by }) => by))].sort().slice(0, 3),
    };
    const free = this.#freeTags(image);
    const promisedTags = image.tags.filter((tag) => !free.includes(tag));
    return {
      records: [digest, ...attached.map((each) => each.digest)].filter((each) => !this.#references.isKept(each)),
      ...(promisedTags.length > 0 && { promisedTags }),
      manifests: ofRepository.filter(isFreeManifest),
      blobs: blobs.filter(isFreeBlob).sort(),
      ...(needed.length > 0 && { needed: counts }),
    };
  }
}

/** The tags of an image that are not withdrawn. */
function findStayingTags({ tags, withdrawnTags = {} }: LedgerImage): Pick<Removal, "stayingTags"> {
  const stayingTags = tags.filter((tag) => withdrawnTags[tag] === undefined);
  return stayingTags.length > 0 ? { stayingTags } : {};
}

/** Why the run cannot delete at a target. */
function findObstacle({ filling, mayRemove, mirror }: RemovalTarget): string | undefined {
  if (filling === "donor") return `its donor has to delete it from ${mirror}`;
  return mayRemove ? undefined : `withdrawal is not on for ${mirror}`;
}

/** One warning for each target that keeps something which is to be deleted. */
function listLeft(removals: readonly Removal[]): PlanFinding[] {
  const counts = new Map<string, { reason: string; artifacts: number }>();
  for (const { state, left } of removals) {
    if (state !== "delete") continue;
    for (const { target, reason } of left) {
      const known = counts.get(target);
      if (known) known.artifacts++;
      else counts.set(target, { reason, artifacts: 1 });
    }
  }
  return Array.from(counts, ([target, { reason, artifacts }]) => ({
    kind: "undeletable",
    severity: "warning",
    target,
    message: `${target} may keep ${artifacts} withdrawn ${artifacts === 1 ? "artifact" : "artifacts"}: ${reason}`,
    fix: findFix(reason),
  }));
}

function findFix(reason: string): string {
  if (reason.startsWith("its donor")) return "Ask the donor. Redirectors send nobody there for it.";
  if (reason.startsWith("withdrawal is not on")) {
    return "Add `withdrawal: true` to the mirror in the inventory and apply its stack, or delete it there by hand. Redirectors send nobody there for it.";
  }
  if (reason === "it cannot be opened") return "Do what the finding about the store says.";
  return "Wait until it is promoted. If a finding says that it cannot be, do what that says, or take it out of its manifest.";
}
