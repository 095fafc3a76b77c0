import { configureGlobal } from "fast-check";

/** Whether the long tests run (`npm run test:long`): ten times as many cases of each property. */
export const isLong = process.env.MIRRORFORM_LONG_TESTS !== undefined;

/** Jest loads this file before each test file of the long tests, for the properties that name no number. */
if (isLong) configureGlobal({ numRuns: 1_000 });

/** How many cases a property has: half of the usual ones, because each run takes others; ten times as many in the long tests. */
export function runs(usual: number): { readonly numRuns: number } {
  return { numRuns: isLong ? 10 * usual : Math.ceil(usual / 2) };
}
