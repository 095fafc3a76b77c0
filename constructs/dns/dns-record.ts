/**
 * One of several answers to a name. `id` names it among the others and never changes with their order.
 */
export interface DnsAnswer {
  readonly id: string;
  /** Addresses (A, AAAA) or exactly one name without a final dot (CNAME). */
  readonly values: readonly string[];
  /** Where the answer is, as each DNS provider spells places; needed where the choice is `nearest`. */
  readonly near?: { readonly aws: string; readonly google: string };
}

/**
 * Where an answer is, for a choice of the nearest.
 *
 * @throws Error where the answer does not say
 */
export function placeOf({ name, type }: DnsRecord, { id, near }: DnsAnswer): NonNullable<DnsAnswer["near"]> {
  if (near !== undefined) return near;
  throw new Error(`${name} ${type}: the answer "${id}" does not say where it is; a choice of the nearest needs that`);
}

/**
 * A record as both DNS providers can say it: what one of them could not express is not in here, so that the zone is the
 * same wherever it is asked.
 */
export interface DnsRecord {
  /** The full name, without a final dot. */
  readonly name: string;
  readonly type: "A" | "AAAA" | "CNAME";
  /** Seconds. */
  readonly ttl: number;
  /** `only`: the one answer. `equal`: each answer as often as the others. `nearest`: the one nearest to who asks. */
  readonly choice: "only" | "equal" | "nearest";
  readonly answers: readonly DnsAnswer[];
}
