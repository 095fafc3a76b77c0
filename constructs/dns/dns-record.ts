/** One of several DNS answers. `id` distinguishes it from the others and does not depend on their order. */
export interface DnsAnswer {
  readonly id: string;
  /** Addresses (A, AAAA) or exactly one name without a final dot (CNAME). */
  readonly values: readonly string[];
  /** The answer's location, in each DNS provider's terms. Required if the choice is `nearest`. */
  readonly near?: { readonly aws: string; readonly google: string };
}

/**
 * The location of an answer to a record whose choice is `nearest`.
 *
 * @throws Error if the answer has none
 */
export function locationOf({ name, type }: DnsRecord, { id, near }: DnsAnswer): NonNullable<DnsAnswer["near"]> {
  if (near !== undefined) return near;
  throw new Error(`${name} ${type}: the answer "${id}" has no location, which the choice of the nearest needs`);
}

/**
 * A record in a form that both DNS providers support. It leaves out what only one of them can express, so that every
 * provider gives the same answers.
 */
export interface DnsRecord {
  /** The full name, without a final dot. */
  readonly name: string;
  readonly type: "A" | "AAAA" | "CNAME";
  /** Seconds. */
  readonly ttl: number;
  /** `only`: the single answer. `equal`: all answers equally often. `nearest`: the answer nearest to the resolver. */
  readonly choice: "only" | "equal" | "nearest";
  readonly answers: readonly DnsAnswer[];
}
