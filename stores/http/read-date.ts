import type { IncomingHttpHeaders } from "node:http";

/** When the server answered, by its own clock (RFC 9110, section 6.6.1): ISO 8601, UTC; undefined if it does not say. */
export function readDate({ date }: IncomingHttpHeaders): string | undefined {
  const time = Date.parse(date ?? "");
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
