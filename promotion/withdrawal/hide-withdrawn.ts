import { imageKey } from "../../overlay/image-key";
import type { Ledger, LedgerFile, LedgerImage, LedgerWithdrawal } from "../ledger/ledger";
import type { Mentions } from "../manifests/mentions";
import type { Withdrawn } from "../promoted";
import { RepositoryImages } from "./find-owners";
import { WithdrawnEntries } from "./withdrawn-entries";

/** What the manifests say now. */
export interface Withdrawing {
  readonly withdrawn: readonly Withdrawn[];
  readonly mentions: Mentions;
}

/** When it is, and how long withdrawn artifacts are only hidden. */
export interface WaitingTime {
  /** ISO 8601, UTC. */
  readonly now: string;
  /** Days. */
  readonly deleteAfter: number;
}

/** When the waiting time of a withdrawal ends, in milliseconds. */
export function endOfWaiting({ hidden }: Pick<LedgerWithdrawal, "hidden">, { deleteAfter }: WaitingTime): number {
  return Date.parse(hidden) + deleteAfter * 24 * 60 * 60 * 1000;
}

/** Whether a withdrawal's waiting time is over, so that something may have been deleted. */
export function isDue(withdrawal: LedgerWithdrawal, time: WaitingTime): boolean {
  return withdrawal.removedFrom.length > 0 || endOfWaiting(withdrawal, time) <= Date.parse(time.now);
}

/**
 * Brings a ledger up to date with what manifests withdraw: an artifact is hidden from the first run that sees its entry, and until it is
 * promised again. An entry that is only removed from `withdrawn.yaml` shows nothing again.
 *
 * What is promised again after its waiting time may have been deleted in part, so that the ledger forgets it: it is looked for anew, as
 * if it had never been promoted.
 *
 * @returns the same ledger if nothing changes
 */
export function hideWithdrawn(ledger: Ledger, manifests: Withdrawing, time: WaitingTime): Ledger {
  const hider = new Hider(manifests, time);
  const images = ledger.images.flatMap((image) => hider.changeImage(image));
  const attached = hideAttached(images, manifests.mentions);
  const files = ledger.files.flatMap((file) => hider.changeFile(file));
  const isSame =
    attached.length === ledger.images.length &&
    files.length === ledger.files.length &&
    attached.every((image, index) => image === ledger.images[index]) &&
    files.every((file, index) => file === ledger.files[index]);
  return isSame ? ledger : { ...ledger, images: attached, files };
}

class Hider {
  readonly #entries: WithdrawnEntries;
  readonly #mentions: Mentions;
  readonly #time: WaitingTime;

  constructor({ withdrawn, mentions }: Withdrawing, time: WaitingTime) {
    this.#entries = new WithdrawnEntries(withdrawn, mentions);
    this.#mentions = mentions;
    this.#time = time;
  }

  /** @returns nothing if the ledger forgets it; what is attached is looked at later */
  changeImage(image: LedgerImage): LedgerImage[] {
    const { repository, digest, attachedTo, withdrawn } = image;
    if (attachedTo !== undefined) return [image];
    if (this.#mentions.images.has(imageKey(repository, digest))) {
      if (withdrawn && isDue(withdrawn, this.#time)) return [];
      const { withdrawn: _, ...promised } = image;
      return this.#changeTags(withdrawn ? promised : image);
    }
    const entry = this.#entries.ofImage(image);
    if (!entry || withdrawn?.reason === entry.reason) return withdrawn ? [image] : this.#changeTags(image);
    return [{ ...image, withdrawn: this.#hide(withdrawn, entry.reason) }];
  }

  changeFile(file: LedgerFile): LedgerFile[] {
    const { path, withdrawn } = file;
    if (this.#mentions.files.has(path)) {
      if (!withdrawn) return [file];
      if (isDue(withdrawn, this.#time)) return [];
      const { withdrawn: _, ...promised } = file;
      return [promised];
    }
    const entry = this.#entries.ofFile(file);
    if (!entry || withdrawn?.reason === entry.reason) return [file];
    return [{ ...file, withdrawn: this.#hide(withdrawn, entry.reason) }];
  }

  #changeTags(image: LedgerImage): LedgerImage[] {
    const { repository, tags, withdrawnTags: known = {}, ...rest } = image;
    const changed: Record<string, LedgerWithdrawal> = {};
    const forgotten = new Set<string>();
    for (const tag of tags) {
      const before = known[tag];
      const isPromised = this.#mentions.tags.has(`${repository}:${tag}`);
      const entry = isPromised ? undefined : this.#entries.ofTag(image, tag);
      if (entry) changed[tag] = before?.reason === entry.reason ? before : this.#hide(before, entry.reason);
      else if (before && !isPromised) changed[tag] = before;
      else if (before && isDue(before, this.#time)) forgotten.add(tag);
    }
    const names = Object.keys(changed);
    const isSame = names.length === Object.keys(known).length && names.every((tag) => changed[tag] === known[tag]);
    if (isSame) return [image];
    return [
      {
        ...rest,
        repository,
        tags: tags.filter((tag) => !forgotten.has(tag)),
        ...(names.length > 0 && { withdrawnTags: changed }),
      },
    ];
  }

  #hide(before: LedgerWithdrawal | undefined, reason: string): LedgerWithdrawal {
    return before ? { ...before, reason } : { hidden: this.#time.now, reason, removedFrom: [] };
  }
}

/**
 * What is attached is withdrawn with the last image that it belongs to. If that was forgotten because it is promised again, the ledger
 * forgets what was attached to it, too.
 */
function hideAttached(images: readonly LedgerImage[], mentions: Mentions): LedgerImage[] {
  if (images.every(({ withdrawn }) => withdrawn === undefined)) return [...images];
  const repositories = new RepositoryImages(images);
  return images.flatMap((image): LedgerImage[] => {
    if (image.attachedTo === undefined) return [image];
    const owners = repositories.findOwners(image);
    if (owners.length === 0) return image.withdrawn ? [] : [image];
    const isPromised = mentions.images.has(imageKey(image.repository, image.digest));
    const last = isPromised ? undefined : findLast(owners);
    if (last?.hidden === image.withdrawn?.hidden) return [image];
    const { withdrawn, ...promised } = image;
    return [last ? { ...promised, withdrawn: { ...last, removedFrom: [] } } : promised];
  });
}

/** The withdrawal that began last; undefined if one of them is promoted. */
function findLast(owners: readonly LedgerImage[]): LedgerWithdrawal | undefined {
  const withdrawals = owners.flatMap(({ withdrawn }) => withdrawn ?? []);
  if (withdrawals.length < owners.length) return undefined;
  return withdrawals.toSorted((a, b) => (a.hidden < b.hidden ? -1 : 1)).at(-1);
}
