import type { CloudProvider } from "../../inventory/inventory";

/**
 * For how many days a bucket keeps what was deleted, as its construct sets it (`constructs/bucket/`): old versions for 30 days, and at
 * Google and Azure deleted ones for 7 days more.
 */
export const versionDays: Readonly<Record<CloudProvider["cloud"], number>> = { aws: 30, google: 37, azure: 37 };
