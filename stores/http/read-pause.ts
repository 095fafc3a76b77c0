import type { IncomingHttpHeaders } from "node:http";

/** Seconds; a pause of more digits is absurd. */
const seconds = /^[0-9]{1,9}$/;
/** The time left of a structured `RateLimit` field: `"default";r=0;t=30` (draft-ietf-httpapi-ratelimit-headers-08 and later). */
const structured = /;\s*t=([0-9]{1,9})/;
/** The same in earlier drafts: `limit=100, remaining=0, reset=30`. */
const earlier = /\breset=([0-9]{1,9})/;

/**
 * The pause that an answer asks for, in milliseconds: `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), otherwise
 * the end of the window in `RateLimit` or `RateLimit-Reset`.
 *
 * @param now milliseconds since 1970
 * @returns undefined if it asks for none
 */
export function readPause(headers: IncomingHttpHeaders, now: number): number | undefined {
  return readRetryAfter(headers["retry-after"] ?? "", now) ?? readWindow(headers);
}

function readRetryAfter(value: string, now: number): number | undefined {
  if (seconds.test(value)) return Number(value) * 1_000;
  // Date.parse accepts numbers as years; an HTTP date begins with the name of a day.
  const date = /^[A-Z][a-z]{2,8},? /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function readWindow(headers: IncomingHttpHeaders): number | undefined {
  const field = `${headers.ratelimit ?? ""}`;
  const [, left] = structured.exec(field) ?? earlier.exec(field) ?? [];
  const reset = left ?? `${headers["ratelimit-reset"] ?? ""}`;
  // Some servers send the time since 1970 here, which no draft allows: nothing can be done with a window of decades.
  return seconds.test(reset) && Number(reset) < 1_000_000 ? Number(reset) * 1_000 : undefined;
}
