import type { Target } from "../targets/target";

/** What is wrong with a part of an artifact. */
export interface Fault {
  readonly state: "missing" | "other";
  /** For the user. */
  readonly message: string;
  /** The digest that a tag leads to. @default it is no tag, or not there */
  readonly found?: string;
}

/** Something that nobody promoted. */
export interface Unexpected {
  readonly name: string;
  /** For the user. */
  readonly message: string;
}

/** What was found at one store. */
export interface TargetReading {
  readonly target: Target;
  /** By the name of the object or tag. */
  readonly faults: Map<string, Fault>;
  /** Why something could not be read: by repository, or under `*` for the whole store. */
  readonly unread: Map<string, string>;
  readonly unexpected: Unexpected[];
  /** Whether the store listed what it has. */
  isListed: boolean;
  read: { objects: number; bytes: number };
}

/** Creates the reading of a store of which nothing is known yet. */
export function createReading(target: Target): TargetReading {
  return {
    target,
    faults: new Map(),
    unread: new Map(),
    unexpected: [],
    isListed: false,
    read: { objects: 0, bytes: 0 },
  };
}

/** The key in `TargetReading.unread` for a store as a whole. */
export const wholeStore = "*";
