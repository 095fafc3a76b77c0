/** Statuses whose `Location` is followed (RFC 9110, section 15.4). */
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** More redirects than this are a loop, or as good as one: a publication may move once or twice. */
export const mostRedirects = 3;

/** Whether an answer with this status sends the client to its `Location`. */
export function isRedirect(status: number): boolean {
  return redirects.has(status);
}
