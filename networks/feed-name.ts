/** The providers whose published ranges are known by name, each in a format with a reader of its own. */
export const feedNames = ["aws", "google", "azure", "oracle"] as const;

/** One of {@link feedNames}. */
export type FeedName = (typeof feedNames)[number];
