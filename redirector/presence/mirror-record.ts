import { type BreakerState, CircuitBreaker, type MirrorFailure } from "./circuit-breaker";
import { QuestionPause } from "./question-pause";

/** The state of one mirror's circuit breaker. */
export interface BreakerReport {
  readonly mirror: string;
  readonly state: BreakerState;
  /** When it last opened or closed; milliseconds since 1970. */
  readonly since: number;
  /** The last failure, which may be over. */
  readonly lastFailure?: MirrorFailure;
}

/** The dependencies of a record. */
export interface MirrorRecordOptions {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** When the mirror is due for its first check. */
  readonly checkDue: number;
  /** Called after every change of the breaker's state. */
  readonly onChange: (record: MirrorRecord) => void;
  /** Starts a check of our own, if possible: see `BreakerOptions.confirm`. */
  readonly confirm: (record: MirrorRecord) => boolean;
}

const second = 1_000;

/** How soon a check is repeated, in milliseconds, while the mirror's health is in doubt: a minute is long for a dead mirror. */
const hurriedCheck = second;

/** The health of one mirror, and when it is asked. Times are milliseconds since 1970. */
export class MirrorRecord {
  readonly id: string;
  readonly breaker: CircuitBreaker;
  readonly pause: QuestionPause;
  /** Questions in progress. */
  questions = 0;
  /** Whether it was ever asked or checked. */
  wasAsked = false;
  /** Until when it is asked by GET: it refuses HEAD, or its HEAD contradicts its GET. */
  useGetUntil = 0;
  /** Answers from before this time are no longer valid. */
  validFrom = 0;
  /** Until when the overlay's word about it does not count: it lacked an object that was verified there. */
  distrustedUntil = 0;
  /** From this time on, the next held object that a client requests is asked for again, as a sample. */
  sampleDue: number;
  checkDue: number;
  isBeingChecked = false;
  /** URL of the canary object. */
  canary: string | undefined;
  /** URL of an object that it holds: checks ask for it if there is no canary. */
  held: string | undefined;
  readonly #clock: () => number;

  constructor(id: string, { clock, checkDue, onChange, confirm }: MirrorRecordOptions) {
    this.id = id;
    this.#clock = clock;
    this.breaker = new CircuitBreaker({ clock, onChange: () => onChange(this), confirm: () => confirm(this) });
    this.pause = new QuestionPause(clock);
    this.sampleDue = clock() + second;
    this.checkDue = checkDue;
  }

  /** The URL that a check asks for; undefined if no object is known that it should hold. */
  get checkUrl(): string | undefined {
    return this.canary ?? this.held;
  }

  /** Whether a check or a probe is due, and the mirror does not want fewer questions. */
  get isCheckDue(): boolean {
    if (this.breaker.state === "probing" || (this.pause.isOn && !this.pause.isDoubted)) return false;
    return this.#clock() >= this.checkDue || this.breaker.probeDue;
  }

  /** A client saw a failure: a check of our own decides whether the mirror is the cause. */
  bringCheckForward(): void {
    this.checkDue = Math.min(this.checkDue, this.#clock() + hurriedCheck);
  }

  /** @param interval until the next check, in milliseconds. @default soon */
  scheduleCheck(interval = hurriedCheck): void {
    this.checkDue = this.#clock() + interval;
  }

  report(): BreakerReport {
    const { state, since, lastFailure } = this.breaker;
    return { mirror: this.id, state, since, ...(lastFailure !== undefined && { lastFailure }) };
  }
}
