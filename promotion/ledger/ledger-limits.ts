/**
 * What is read of a ledger at most, in bytes. With 19,375 images of 280,000 distinct manifests and blobs, as many as Kubernetes has, it has
 * 12 MB, and about 30 MB uncompressed.
 */
export const ledgerLimits = { bytes: 64 * 1024 * 1024, text: 256 * 1024 * 1024 } as const;
