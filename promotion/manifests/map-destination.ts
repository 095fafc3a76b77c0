import type { Destinations } from "../promoted";

/** Where a listed destination is. */
export interface MappedDestination {
  readonly mirrors: Destinations;
  /** The path below the mirror's root, without slashes at its ends; empty for the root itself. */
  readonly rest: string;
}

/**
 * Maps a listed destination to mirrors by the longest prefix that ends at a slash; `undefined` if there is none. kpromo matches
 * without that boundary, so that `us.gcr.io/prod` also takes `us.gcr.io/prod2`.
 *
 * @param destination without a final slash
 * @param mapping prefixes, with a final slash or without
 */
export function mapDestination(
  destination: string,
  mapping: ReadonlyMap<string, Destinations>,
): MappedDestination | undefined {
  let best: (MappedDestination & { readonly length: number }) | undefined;
  for (const [written, mirrors] of mapping) {
    const prefix = written.replace(/\/+$/, "");
    const isPrefix = destination === prefix || destination.startsWith(`${prefix}/`);
    if (!isPrefix || prefix.length <= (best?.length ?? -1)) continue;
    best = { mirrors, rest: destination.slice(prefix.length + 1), length: prefix.length };
  }
  return best && { mirrors: best.mirrors, rest: best.rest };
}
