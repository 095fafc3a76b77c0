import type { Requirement } from "../../inventory/inventory";

/** The mirrors that should have an artifact, without the origin. */
export interface Participants {
  readonly mirrors: readonly string[];
  /** Those of them that the run writes to. The others are filled by their cloud or donor. */
  readonly written: ReadonlySet<string>;
  /** Those of them that have all of it, verified. */
  readonly complete: ReadonlySet<string>;
  /** Those that could not be read or opened, each of which has a finding. */
  readonly unread: ReadonlySet<string>;
}

/**
 * Whether the origin may show an artifact: enough mirrors have all its bytes, verified. `all` means those that the run writes to,
 * because a donor may copy once a day; a mirror that is filled in another way is waited for if it is named.
 *
 * @returns undefined if it may; otherwise the reason
 */
export function findUnmetRequirement(requirement: Requirement, participants: Participants): string | undefined {
  const { mirrors, written, complete, unread } = participants;
  if (requirement.kind === "number") {
    // A project that goes to fewer mirrors needs all of them.
    const needed = Math.min(requirement.number, mirrors.length);
    if (complete.size >= needed) return undefined;
    const without = unread.size === 0 ? "" : `; ${[...unread].join(", ")} could not be read or opened`;
    return `${complete.size} of ${needed} required mirrors are complete${without}`;
  }
  const isRequired = (mirror: string) =>
    requirement.kind === "all" ? written.has(mirror) : requirement.mirrors.includes(mirror);
  const lacking = mirrors.filter((mirror) => isRequired(mirror) && !complete.has(mirror));
  const incomplete = lacking.filter((mirror) => !unread.has(mirror));
  const unknown = lacking.filter((mirror) => unread.has(mirror));
  const reasons = [
    ...describe(incomplete, "incomplete"),
    ...describe(unknown, "could not be read or opened: see the findings for the fix"),
  ];
  return reasons.length === 0 ? undefined : reasons.join("; ");
}

function describe(mirrors: readonly string[], what: string): string[] {
  if (mirrors.length === 0) return [];
  return [`${mirrors.join(", ")} ${mirrors.length === 1 ? "is" : "are"} required, and ${what}`];
}
