import { createNamePattern } from "./name-pattern";

/** Names that are allowed: those that match `allow`, and do not match `deny`. */
export interface NameList {
  /** Patterns; see `createNamePattern`. @default every name */
  readonly allow?: readonly string[] | undefined;
  /** @default none */
  readonly deny?: readonly string[] | undefined;
}

/** @returns why a name is not allowed; undefined if it is */
export function findNameRefusal(name: string, { allow, deny = [] }: NameList): string | undefined {
  const denied = deny.find((pattern) => createNamePattern(pattern)(name));
  if (denied !== undefined) return `matches ${JSON.stringify(denied)}, which is denied`;
  if (allow === undefined || allow.some((pattern) => createNamePattern(pattern)(name))) return undefined;
  return `matches none of ${formatPatterns(allow)}`;
}

/** Patterns for messages: the first five. */
export function formatPatterns(patterns: readonly string[]): string {
  const shown = patterns.slice(0, 5).map((pattern) => JSON.stringify(pattern));
  return [...shown, ...(patterns.length > shown.length ? ["…"] : [])].join(", ");
}
