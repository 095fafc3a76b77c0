import type { CloudProvider } from "../../inventory/inventory";

/**
 * For how many days a bucket keeps what was deleted, at most, as its construct sets it (`constructs/bucket/`): old versions for 30
 * days at AWS and Google, and at Google for 7 days more after their deletion; at Azure for 7 days, and for 30 more.
 */
export const versionDays: Readonly<Record<CloudProvider["cloud"], number>> = { aws: 30, google: 37, azure: 37 };
