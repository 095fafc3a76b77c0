/** A provider's credit, in the routing table. */
export interface Credit {
  /** The last day of the credits, YYYY-MM-DD. */
  readonly until: string;
  /** The month of `left`, YYYY-MM. */
  readonly month?: string;
  /** Remaining fraction of the month's credit, from 1 to 0. */
  readonly left?: number;
}

/**
 * How much of its credit a provider has left on a day, from 0 to 1 in tenths: so that a figure that is updated every day
 * moves clients only a few times a month. Providers without a limit, or without a figure for this month, have all of it.
 *
 * @param today YYYY-MM-DD, UTC
 */
export function creditLeft(credit: Credit | undefined, today: string): number {
  if (credit === undefined) return 1;
  if (today > credit.until) return 0;
  if (credit.left === undefined || credit.month !== today.slice(0, 7)) return 1;
  return Math.ceil(Math.min(Math.max(credit.left, 0), 1) * 10) / 10;
}
