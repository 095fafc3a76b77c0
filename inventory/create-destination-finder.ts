import type { Inventory } from "./inventory";
import { mirrorStores } from "./mirror-stores";

/** What a destination in a manifest stands for. */
export interface FoundDestination {
  /** As `provider/mirror`; none: the inventory says that it is nowhere. */
  readonly mirrors: "all" | readonly string[];
  /** The path below the mirrors' roots, without slashes at its ends; an empty string is the root. */
  readonly path: string;
}

/** Finds what a destination stands for: a registry with a path, or a bucket's URL; undefined if it is mapped to nothing. */
export type FindDestination = (destination: string) => FoundDestination | undefined;

/**
 * A function that finds destinations: the entries of `promotion.destinations`, and the addresses of the mirrors' own stores. The
 * longest one that contains the destination counts; of equal ones, the inventory's entry.
 */
export function createDestinationFinder(inventory: Inventory): FindDestination {
  const known = new Map<string, "all" | readonly string[]>();
  for (const [address, mirrors] of ownAddresses(inventory)) known.set(address, mirrors);
  for (const { destination, mirrors } of inventory.promotion.destinations) known.set(destination, mirrors);
  return (destination) => {
    const whole = destination.replace(/\/+$/, "");
    for (const place of outwards(whole)) {
      const mirrors = known.get(place);
      if (mirrors !== undefined) return { mirrors, path: whole.slice(place.length + 1) };
    }
    return undefined;
  };
}

/** A registry that Azure replicates is one address of several mirrors. */
function ownAddresses(inventory: Inventory): Map<string, string[]> {
  const addresses = new Map<string, string[]>();
  for (const { address, mirror } of mirrorStores(inventory)) {
    if (address !== undefined) addresses.set(address, [...(addresses.get(address) ?? []), mirror]);
  }
  return addresses;
}

/** The text, and what is before each of its slashes, the longest first. */
function* outwards(text: string): Iterable<string> {
  for (let end = text.length; end > 0; end = text.lastIndexOf("/", end - 1)) yield text.slice(0, end);
}
