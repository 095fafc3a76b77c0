/**
 * What is read of a ledger at most, in bytes. That of Kubernetes (19,375 promoted digests with 260,000 manifests and blobs) has 10 MB, and
 * 25 MB uncompressed.
 */
export const ledgerLimits = { bytes: 64 * 1024 * 1024, text: 256 * 1024 * 1024 } as const;
