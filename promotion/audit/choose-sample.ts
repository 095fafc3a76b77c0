import { createHash } from "node:crypto";

/**
 * Chooses which objects of a store are read as a whole: the same with the same seed, and unknown without it, so that a store cannot be
 * honest about these alone.
 *
 * @param size how many, or all
 */
export function chooseSample(names: readonly string[], size: number | "all", seed: string): readonly string[] {
  if (size === "all" || size >= names.length) return names;
  const ranked = names.map((name) => [createHash("sha256").update(`${seed} ${name}`).digest("hex"), name] as const);
  ranked.sort(([a], [b]) => (a < b ? -1 : 1));
  return ranked.slice(0, size).map(([, name]) => name);
}
