/**
 * A snapshot of published ranges that is older is worth a warning, in days: AWS and Azure publish new ranges every week.
 */
export const staleAfterDays = 30;
