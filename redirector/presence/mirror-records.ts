import { type BreakerReport, MirrorRecord, type MirrorRecordOptions } from "./mirror-record";

/** A mirror of the table in force, with its URLs. */
export interface PresentMirror {
  readonly id: string;
  readonly registry?: string;
  readonly blobs?: string;
  readonly files?: string;
}

/** The dependencies of the records. */
export interface MirrorRecordsOptions extends Pick<MirrorRecordOptions, "clock" | "confirm"> {
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Called after every change of a breaker's state, if the mirror is in the table in force. */
  readonly onBreakerChange: (report: BreakerReport) => void;
}

/** Every mirror is checked within this many milliseconds of its first use, but not all at the same moment. */
const firstChecks = 5_000;

/** The records of all mirrors, by id. */
export class MirrorRecords {
  readonly #options: MirrorRecordsOptions;
  readonly #records = new Map<string, MirrorRecord>();
  /** The mirrors of the table in force, with their URLs; undefined until they are known. */
  #present: ReadonlyMap<string, string> | undefined;

  constructor(options: MirrorRecordsOptions) {
    this.#options = options;
  }

  /** A mirror's record, created on first use. */
  get(id: string): MirrorRecord {
    const known = this.#records.get(id);
    if (known !== undefined) return known;
    const record = this.#createRecord(id);
    this.#records.set(id, record);
    return record;
  }

  /** The breakers of all mirrors in the table that were asked or checked. */
  *reports(): IterableIterator<BreakerReport> {
    for (const record of this.#records.values()) {
      if (record.wasAsked && this.#isPresent(record.id)) yield record.report();
    }
  }

  /**
   * Forgets all mirrors but these, and reports nothing about the others from then on. A mirror with other URLs is a new mirror
   * without a record.
   */
  keepOnly(mirrors: readonly PresentMirror[]): void {
    const before = this.#present;
    const present = new Map(mirrors.map((mirror) => [mirror.id, describeUrls(mirror)]));
    this.#present = present;
    for (const id of this.#records.keys()) {
      const hasMoved = before?.has(id) && before.get(id) !== present.get(id);
      if (!present.has(id) || hasMoved) this.#records.delete(id);
    }
  }

  #createRecord(id: string): MirrorRecord {
    const { clock, random, confirm } = this.#options;
    const checkDue = clock() + random() * firstChecks;
    return new MirrorRecord(id, { clock, checkDue, confirm, onChange: (record) => this.#reportChange(record) });
  }

  #reportChange(record: MirrorRecord): void {
    const isCurrent = this.#records.get(record.id) === record && this.#isPresent(record.id);
    if (isCurrent) this.#options.onBreakerChange(record.report());
  }

  #isPresent(id: string): boolean {
    return this.#present?.has(id) ?? true;
  }
}

/** Equal for mirrors with equal URLs. */
function describeUrls({ registry, blobs, files }: PresentMirror): string {
  return JSON.stringify([registry, blobs, files]);
}
