import type { RemovedAddress } from "./pinned-addresses";

/**
 * Resources that were removed on purpose since the last release. Their addresses stay in `addresses.txt` until then, so that they are not
 * used for anything else.
 */
export const removedAddresses: readonly RemovedAddress[] = [];
