/**
 * The overlay's name in the bucket of the routing table, below the prefix that the promoter may write. Redirectors look for it under the
 * same path beside their table. The number is the format's version: a release that changes the format writes both.
 */
export const overlayName = "promotion/overlay.v1.bin";
