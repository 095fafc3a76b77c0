import { StoreError, type StoreFault } from "../../stores/store-error";
import { SourceFailure } from "../transfer/source-failure";

/** The faults that say something about the store, and nothing about what was asked of it. */
const storeFaults: ReadonlySet<StoreFault> = new Set(["denied", "throttled", "transient", "refused"]);
/** Consecutive failures after which a target gets no more requests in this run. */
const mostFailures = 5;

/** Which targets still take part. A target that only fails is not asked again in this run, so that it costs the others no time. */
export class TargetHealth {
  readonly #failures = new Map<string, number>();
  readonly #reasons = new Map<string, string>();
  readonly #most: number;

  /** @param most consecutive failures. @default {@link mostFailures} */
  constructor(most = mostFailures) {
    this.#most = most;
  }

  /** The targets that were given up, with the reason. */
  get broken(): ReadonlyMap<string, string> {
    return this.#reasons;
  }

  isBroken(target: string): boolean {
    return this.#reasons.has(target);
  }

  /**
   * Does something at a target, and notes how it went.
   *
   * @throws what the work throws; StoreError "transient", without starting the work, if the target was given up
   */
  async watch<T>(target: string, work: () => Promise<T>): Promise<T> {
    const reason = this.#reasons.get(target);
    if (reason !== undefined) {
      throw new StoreError(
        `${target} was given up for this run after ${this.#most} failures, the last: ${reason}`,
        "transient",
      );
    }
    try {
      const result = await work();
      this.#failures.delete(target);
      return result;
    } catch (error) {
      this.#note(target, error);
      throw error;
    }
  }

  #note(target: string, error: unknown): void {
    if (!(error instanceof StoreError) || error instanceof SourceFailure || !storeFaults.has(error.fault)) return;
    const failures = (this.#failures.get(target) ?? 0) + 1;
    this.#failures.set(target, failures);
    if (failures >= this.#most) this.#reasons.set(target, error.message);
  }
}
