/** What a provider gives, as the routing table has it. */
export interface Credit {
  /** The last day on which credits are given, YYYY-MM-DD. */
  readonly until: string;
  /** The month of `left`, YYYY-MM. */
  readonly month?: string;
  /** What is left of that month's amount: 1 is all of it, 0 nothing. */
  readonly left?: number;
}

/**
 * How much of its credit a provider has left on a day, from 0 to 1 in tenths: a figure that is renewed every day then
 * moves clients a few times a month only. Who gives without a limit, or of whom no figure of this month is known, has
 * all of it.
 *
 * @param today YYYY-MM-DD, UTC
 */
export function creditLeft(credit: Credit | undefined, today: string): number {
  if (credit === undefined) return 1;
  if (today > credit.until) return 0;
  if (credit.left === undefined || credit.month !== today.slice(0, 7)) return 1;
  return Math.ceil(Math.min(Math.max(credit.left, 0), 1) * 10) / 10;
}
