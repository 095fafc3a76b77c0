/**
 * Older snapshots of published ranges cause a warning; days. AWS and Azure publish new ranges every week.
 */
export const staleAfterDays = 30;
