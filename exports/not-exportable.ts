/** Something that a configuration cannot express: its path in the inventory, the reason, and the fix. */
export interface Inexpressible {
  /** The inventory's entry, as a path in the file: `providers.cdn.mirrors.everywhere`. */
  readonly entry: string;
  readonly problem: string;
  readonly fix: string;
}

/** A table that cannot be exported faithfully. The message names every reason. */
export class NotExportable extends Error {
  override readonly name = "NotExportable";

  constructor(readonly reasons: readonly Inexpressible[]) {
    super(reasons.map(({ entry, problem, fix }) => `${entry}: ${problem}\n  ${fix}`).join("\n"));
  }
}

/** The entry of a mirror, by its id in a routing table (`provider/key`). */
export function mirrorEntry(id: string): string {
  return `providers.${id.replace("/", ".mirrors.")}`;
}
