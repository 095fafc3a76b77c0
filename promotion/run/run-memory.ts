/** The memory of all copies of a run together, in bytes: six blobs with the usual buffer. The process takes about 200 MB more. */
export const runMemory = 48 * 1024 * 1024;
