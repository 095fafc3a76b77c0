import type { Destinations } from "../promoted";

/** An image that no registry has completely. */
export interface ReadFailure {
  readonly repository: string;
  readonly digest: string;
  readonly destinations: Destinations;
  /** Whether a part of it is nowhere; otherwise it may be that no registry answered. */
  readonly isAbsent: boolean;
  /** For the user. */
  readonly message: string;
}
