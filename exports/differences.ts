/**
 * Differences from the redirector's own code, by a short name: what a configuration or runtime cannot compute, or what its
 * program does itself. The table of cases (`test/conformance/cases.ts`) shows each of them, and each configuration begins
 * with its own.
 */
export const differences = {
  presence: {
    in: ["nginx", "envoy"],
    text: "Mirrors are not probed: mirrors without `presence: complete` get no clients.",
  },
  spelling: {
    in: ["nginx", "envoy"],
    text: "Paths are not decoded: needlessly escaped characters (in Envoy: escaped slashes) and missing escapes are refused with 400, except dots and the colon of a digest; so are more than ten dot segments and repeated slashes (nginx). Other escapes, characters such as + and @, and characters such as [ and | in queries, are passed on unchanged.",
  },
  climbing: {
    in: ["envoy"],
    text: "A path that climbs above / is resolved at /.",
  },
  "path-parameters": {
    in: ["envoy"],
    text: "Dots followed by a semicolon and more (..;a) are dot segments.",
  },
  backslash: {
    in: ["envoy"],
    text: "A backslash in a path is read as a slash.",
  },
  namespace: {
    in: ["nginx", "envoy"],
    text: "containerd's parameter ns is passed on if there are other parameters (Envoy), or if it comes more than four times (nginx).",
  },
  lists: {
    in: ["nginx", "envoy"],
    text: "Mirror lists (?mirrorlist, Accept) and the Link header are not supported: ?mirrorlist is 404.",
  },
  "origin-lists": {
    in: ["nginx", "envoy"],
    text: "Lists of tags and of referrers are redirects: their header Link names the origin's host and path, so most clients only see the first page.",
  },
  own: {
    in: ["nginx", "envoy"],
    text: "No pages below /-/, no request IDs, no metrics and no log of decisions.",
  },
  body: { in: ["nginx"], text: "Redirects carry nginx's short HTML body." },
  "request-line": {
    in: ["nginx"],
    text: "A request line that nginx itself refuses, such as CONNECT, OPTIONS *, a broken escape or a path that climbs above /, is 400 in plain text.",
  },
  "second-line": {
    in: ["nginx"],
    text: "Before nginx 1.23, only the first line of the header that --client-address names is used.",
  },
  "absolute-form": {
    in: ["envoy"],
    text: "The host in an absolute-form target overrides Host headers; a user name is ignored; an empty port, or a query without a path, is refused. CONNECT and OPTIONS * are 404.",
  },
  "empty-host": {
    in: ["envoy"],
    text: "An empty Host header next to another one is ignored.",
  },
  refusals: {
    in: ["envoy"],
    text: "What Envoy itself refuses, such as bytes beyond ASCII, %00 or # in a path, or most characters that hosts cannot have, gets Envoy's own 400 response.",
  },
  "header-count": {
    in: ["nginx", "bun"],
    text: "Requests with too many header lines are refused: more than 1,000 are 400 in nginx (in releases of 2026, and in security updates of older ones), more than about 200 are 431 in Bun.",
  },
  decorated: {
    in: ["envoy"],
    text: "An address with a port, brackets or a zone counts as unknown.",
  },
  tidied: {
    in: ["bun"],
    text: "Bun normalizes targets as the WHATWG URL standard does: dots and backslashes are resolved, another host in the request line is dropped, and characters that need escapes are escaped.",
  },
} as const satisfies Record<string, { in: readonly ("nginx" | "envoy" | "bun")[]; text: string }>;

/** The name of a difference. */
export type Difference = keyof typeof differences;

/** The differences of one program's configurations, as lines of text no longer than 110 characters. */
export function differencesOf(program: "nginx" | "envoy"): string[] {
  return Object.values(differences)
    .filter((difference) => (difference.in as readonly string[]).includes(program))
    .flatMap(({ text }) =>
      `- ${text}`
        .replace(/(.{1,110})(?: |$)/g, "$1\n  ")
        .trimEnd()
        .split("\n"),
    );
}
