import type { Requirement } from "../../inventory/inventory";

/** The mirrors that should have an artifact, without the origin. */
export interface Participants {
  readonly mirrors: readonly string[];
  /** Those of them that the run writes to. The others are filled by their cloud or donor. */
  readonly written: ReadonlySet<string>;
  /** Those of them that have all of it, verified. */
  readonly complete: ReadonlySet<string>;
}

/**
 * Whether the origin may show an artifact: enough mirrors have all its bytes, verified. `all` means those that the run writes to,
 * because a donor may copy once a day; a mirror that is filled in another way is waited for if it is named.
 *
 * @returns undefined if it may; otherwise the reason
 */
export function findUnmetRequirement(requirement: Requirement, participants: Participants): string | undefined {
  const { mirrors, written, complete } = participants;
  if (requirement.kind === "number") {
    // A project that goes to fewer mirrors needs all of them.
    const needed = Math.min(requirement.number, mirrors.length);
    return complete.size >= needed ? undefined : `${complete.size} of ${needed} required mirrors are complete`;
  }
  const isRequired = (mirror: string) =>
    requirement.kind === "all" ? written.has(mirror) : requirement.mirrors.includes(mirror);
  const lacking = mirrors.filter((mirror) => isRequired(mirror) && !complete.has(mirror));
  return lacking.length === 0
    ? undefined
    : `${lacking.join(", ")} ${lacking.length === 1 ? "is" : "are"} required, and incomplete`;
}
