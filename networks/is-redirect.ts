/** Statuses whose `Location` is followed (RFC 9110, section 15.4). */
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** More redirects than this are considered a loop: a publication may move once or twice. */
export const mostRedirects = 3;

/** Whether a response with this status redirects to its `Location`. */
export function isRedirect(status: number): boolean {
  return redirects.has(status);
}
