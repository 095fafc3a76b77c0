import { randomUUID } from "node:crypto";
import type { Bucket } from "../../stores/bucket";
import { StoreError } from "../../stores/store-error";
import { type LeaseClock, machineClock } from "./lease-clock";
import { LeaseObject, type LeaseVersion } from "./lease-object";
import type { LeaseHolder, LeaseRecord } from "./lease-record";

/** What a run needs to take the lease. */
export interface LeaseOptions extends Omit<LeaseHolder, "since"> {
  /** One that all runs share and that has conditional writes, such as the table bucket. */
  readonly bucket: Bucket;
  /** The object's name. @default promotion/lease.json */
  readonly key?: string;
  /** Milliseconds for which each write is valid; a run that died blocks others for a little longer. @default 60 seconds */
  readonly term?: number;
  /** How long to wait while another run holds it, in milliseconds. @default just long enough to see whether it is alive */
  readonly patience?: number;
  /** Is called once for each run that is waited for. @default nothing */
  readonly onWaiting?: (holder: LeaseHolder) => void;
  /** @default this machine's */
  readonly clock?: LeaseClock;
  readonly signal?: AbortSignal;
}

/** Another run holds the lease. */
export class LeaseTaken extends StoreError {
  override readonly name = "LeaseTaken";

  constructor(
    readonly holder: LeaseHolder,
    url: string,
  ) {
    super(
      `${holder.who} has been promoting ${holder.commit} since ${holder.since} (${url}): wait until that run has ended`,
      "exists",
    );
  }
}

const usualTerm = 60_000;
/**
 * By how much longer than its term others must see a version unchanged before they replace it: the clocks of two machines may differ
 * in speed by a fifth. Real ones differ by less than 0.1 %.
 */
const caution = 1.25;

const unknownHolder: LeaseHolder = { who: "another run", commit: "an unknown commit", since: "an unknown time" };

/** A moment by both clocks. */
interface Moment {
  readonly now: number;
  readonly wall: number;
}

/**
 * The right to run, for as long as it is renewed. Nothing depends on two machines having the same time: the holder counts its term
 * from before it began to write, and others from when they first saw that version. So terms never overlap, unless clocks differ in
 * speed by a fifth. Anything that must not happen twice is done with `signal`.
 */
export class Lease {
  readonly #object: LeaseObject;
  readonly #clock: LeaseClock;
  readonly #term: number;
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();
  #version: LeaseVersion;
  #renewed: Moment;
  /** The last write that was begun: its answer may be lost. */
  #attempt: { readonly write: string; readonly begun: Moment } | undefined;
  #work: Promise<unknown> = Promise.resolve();

  /** @param begun before the version was written */
  constructor(object: LeaseObject, clock: LeaseClock, version: LeaseVersion & { record: LeaseRecord }, begun: Moment) {
    this.#object = object;
    this.#clock = clock;
    this.#version = version;
    this.#term = version.record.term;
    this.#renewed = begun;
  }

  /** Aborts when the lease is lost, with the reason. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Whether the right to run is still certain. */
  get isHeld(): boolean {
    return !this.#lost.signal.aborted && !this.#ended.signal.aborted && this.#left() > 0;
  }

  /** Begins to renew the lease, until it is released or lost. */
  keep(): void {
    const over = AbortSignal.any([this.#ended.signal, this.#lost.signal]);
    this.#work = Promise.all([this.#renewUntil(over), this.#watchUntil(over)]);
  }

  /** Ends the lease, so that the next run need not wait for the end of its term. Never fails: then the next run waits. */
  async release(): Promise<void> {
    this.#ended.abort();
    await this.#work;
    const { record } = this.#version;
    if (record === undefined || this.#lost.signal.aborted) return;
    await this.#object.replace(this.#version, { ...record, holder: null, write: randomUUID() }).catch(() => undefined);
  }

  /** Milliseconds that are left of the term, by the clock that shows less. */
  #left(): number {
    const { now, wall } = this.#renewed;
    return this.#term - Math.max(this.#clock.now() - now, this.#clock.wall() - wall);
  }

  #lose(message: string): void {
    if (!this.#ended.signal.aborted) this.#lost.abort(new StoreError(message, "exists"));
  }

  /** Requests may hang, so something else watches the term. */
  async #watchUntil(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const left = this.#left();
      // Timers count whole milliseconds. A smaller rest of a term, from rounding, might never pass.
      if (left > 0) await this.#clock.wait(Math.ceil(left), over);
      else this.#lose(`the lease ${this.#object.url} could not be renewed in time: run it again`);
    }
  }

  async #renewUntil(over: AbortSignal): Promise<void> {
    let pause = this.#term / 3;
    while (true) {
      await this.#clock.wait(pause, over);
      if (over.aborted) return;
      const isRenewed = await this.#renew(over).catch(() => false);
      pause = isRenewed ? this.#term / 3 : this.#term / 20;
    }
  }

  /** @returns false if it should be tried again soon */
  async #renew(over: AbortSignal): Promise<boolean> {
    const record = { ...(this.#version.record as LeaseRecord), write: randomUUID() };
    const begun = momentOf(this.#clock);
    const earlier = this.#attempt;
    this.#attempt = { write: record.write, begun };
    const etag = await this.#object.replace(this.#version, record, over);
    if (etag === undefined) return this.#adopt(await this.#object.read(over), earlier);
    this.#version = { etag, record };
    this.#renewed = begun;
    return true;
  }

  /** Finds out who replaced the version: perhaps an earlier write of this run, whose answer was lost. */
  #adopt(current: LeaseVersion, earlier: { readonly write: string; readonly begun: Moment } | undefined): boolean {
    if (current.record?.holder !== this.#version.record?.holder) {
      this.#lose(`the lease ${this.#object.url} was taken by ${current.record?.who ?? "another run"}`);
      return true;
    }
    this.#version = current;
    if (current.record?.write !== earlier?.write || earlier === undefined) return false;
    this.#renewed = earlier.begun;
    return true;
  }
}

function momentOf(clock: LeaseClock): Moment {
  return { now: clock.now(), wall: clock.wall() };
}

/** A version that another run wrote, and when it was first seen. */
interface Observed {
  readonly etag: string;
  readonly since: number;
  readonly term: number;
}

/** How long a version must be seen unchanged before it is replaced. A run of another version may have another term. */
function deadlineOf({ record }: LeaseVersion, term: number): number {
  return caution * Math.max(record?.term ?? term, term);
}

/**
 * Takes the lease, and renews it until it is released. While another run holds it, this waits; a version that does not change for
 * longer than its term belongs to a run that died, and is replaced.
 *
 * @throws LeaseTaken if another run still holds it after `patience`; StoreError if the bucket cannot be read or written
 */
export async function acquireLease(options: LeaseOptions): Promise<Lease> {
  const { bucket, key = "promotion/lease.json", term = usualTerm, clock = machineClock, onWaiting, signal } = options;
  const { who, commit, patience = 1.5 * caution * term } = options;
  const object = new LeaseObject(bucket, key);
  const since = new Date(clock.wall()).toISOString();
  const mine = { format: 1, holder: randomUUID(), term, who, commit, since } as const;
  const begun = clock.now();
  let observed: Observed | undefined;
  let waitedFor: string | null | undefined;
  while (true) {
    signal?.throwIfAborted();
    const version = await object.read(signal);
    const { etag, record } = version;
    if (observed?.etag !== etag) observed = { etag, since: clock.now(), term: deadlineOf(version, term) };
    // This run's own holder: a write whose answer was lost. It is replaced, so that its term begins with a known moment.
    const isFree = etag === "absent" || record?.holder === null || record?.holder === mine.holder;
    if (isFree || clock.now() - observed.since >= observed.term) {
      const lease = await take(object, clock, version, { ...mine, write: randomUUID() }, signal);
      if (lease !== undefined) return lease;
    } else if (clock.now() - begun >= patience) {
      throw new LeaseTaken(record ?? unknownHolder, object.url);
    } else if (waitedFor !== (record?.holder ?? "")) {
      waitedFor = record?.holder ?? "";
      onWaiting?.(record ?? unknownHolder);
    }
    await clock.wait(term / 12, signal);
  }
}

async function take(
  object: LeaseObject,
  clock: LeaseClock,
  version: LeaseVersion,
  record: LeaseRecord,
  signal: AbortSignal | undefined,
): Promise<Lease | undefined> {
  const begun = momentOf(clock);
  let etag: string | undefined;
  try {
    etag = await object.replace(version, record, signal);
  } catch (error) {
    // It may have succeeded: the next reading shows it.
    if (error instanceof StoreError && (error.fault === "transient" || error.fault === "throttled")) return undefined;
    throw error;
  }
  if (etag === undefined) return undefined;
  const lease = new Lease(object, clock, { etag, record }, begun);
  lease.keep();
  return lease;
}
