import { sourceAt } from "./source-at";
import type { Target } from "./target";

/**
 * The origin's store, if it is where a plan copies an artifact from. It is opened as a target: with its own login, and at any address, since
 * the inventory names it, not a manifest.
 *
 * @param name the repository below the registry's root, or the file's path
 * @param source of the plan: see `sourceAt`
 * @returns undefined if the source is a staging area
 */
export function findOrigin<K extends "registry" | "files">(
  targets: readonly Target[],
  kind: K,
  name: string,
  source: string,
): Extract<Target, { kind: K }> | undefined {
  const isWanted = (target: Target): target is Extract<Target, { kind: K }> => target.isOrigin && target.kind === kind;
  return targets.filter(isWanted).find((target) => sourceAt(target, name) === source);
}
