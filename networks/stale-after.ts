/**
 * Age limit in days: older snapshots of published ranges cause a warning. AWS and Azure publish new ranges every week.
 */
export const staleAfterDays = 30;
