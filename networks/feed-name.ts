/** Providers whose published ranges have a name and a dedicated reader. */
export const feedNames = ["aws", "google", "azure", "oracle"] as const;

/** One of {@link feedNames}. */
export type FeedName = (typeof feedNames)[number];
