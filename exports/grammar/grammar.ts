/**
 * What requests ask for, as regular expressions that PCRE, RE2 and JavaScript read alike: no look-around, and no names
 * for captures but in the order of {@link ContentRule.captures}. It is made of the patterns of `routing/asked.ts`, and says
 * what they say, but reads paths as they came: a configuration does not decode them. Dot segments and repeated
 * slashes are gone before: the programs themselves can remove them.
 */

import type { Answer } from "../../routing/answer";
import { answer } from "../../routing/answer";
import {
  classify,
  digestForms,
  imageOperations,
  longestName,
  longestTarget,
  type Refusal,
  repositoryNamePattern,
  signatureTagPattern,
  tagPattern,
} from "../../routing/asked";
import type { AskedContent } from "../../routing/candidates";
import { isMetadata, metadataNames } from "../../routing/metadata-names";
import { mirrorListParameter } from "../../routing/mirror-list-format";
import { namespacePattern, queryPattern as searchPattern } from "../../routing/passed-query";
import { noPlace } from "../../routing/requested-place";
import type { Served } from "../../routing/routing-table";
import type { ContentClass } from "../../routing/standing";
import { keptEscape, needlessEscape } from "../escaped-pattern";
import { inAnyCase, portablePattern } from "../portable-pattern";

/** A variable part of a path, in the order in which a rule captures them. */
export type Capture = "name" | "algorithm" | "hex" | "reference" | "path";

/**
 * What a pattern is held against, and where it must match:
 *
 * - `request`: the whole path of a GET or HEAD whose query is well-formed;
 * - `path`: the whole path;
 * - `target`: path and query together.
 */
type Scope = "request" | "path" | "target";

interface RuleBase {
  /** Names the rule; rules of one id have one answer. */
  readonly id: string;
  readonly scope: Scope;
  readonly pattern: string;
  /** Whether what does *not* match is meant. */
  readonly not?: true;
  /** Whether only paths of the OCI distribution API are meant: `/v2` and what is below. */
  readonly oci?: true;
  /** Which methods match: OPTIONS, or all that are refused. @default GET and HEAD */
  readonly methods?: "options" | "others";
}

/** Requests for content: where they are sent to depends on the mirror. */
export interface ContentRule extends RuleBase {
  readonly of: ContentClass;
  readonly captures: readonly Capture[];
  /** What `locate` is given to make a URL of placeholders in braces. */
  readonly asked: AskedContent;
  /** The path at the mirrors, where a file is asked for: text around the captured `path`. */
  readonly at?: { readonly before: string; readonly after: string };
}

/** Requests with one answer for everybody. */
export interface AnswerRule extends RuleBase {
  readonly page?: "info" | "privacy";
  readonly answer?: Answer;
}

/** A rule; the first of a list that matches a request answers it, and one always does. */
export type Rule = ContentRule | AnswerRule;

/** Whether a rule's answer depends on the mirror. */
export function isContentRule(rule: Rule): rule is ContentRule {
  return "of" in rule;
}

/** The query of a request that a `request` rule takes: as in `asked.ts`. */
export const queryPattern = portablePattern(searchPattern);
/** A parameter of a query that is not passed on, as in `passed-query.ts`. */
export const droppedParameter = portablePattern(namespacePattern);
/** Both spellings of a dot, which is unreserved. */
export const dot = "(?:\\.|%2[Ee])";
const name = portablePattern(repositoryNamePattern);
/** Clients that encode what need not be encode the colon of a digest. */
const colon = "(?::|%3[Aa])";
const operations = `(?:${imageOperations.join("|")})`;
/** A request with a name that is too long. RE2 counts to at most 1,000; longer names match as well. */
const tooLongName = `/v2/[a-z0-9._/-]{${longestName + 1},}/${operations}`;

/** What a path may hold as it is (RFC 3986, section 3.3). */
const plain = "[A-Za-z0-9\\-._~!$&'()*+,;=:@/]*";
const visible = "[!-$&->@-\\[\\]-~]*";
/** Repetitions are written without one inside another, so that no path makes an engine try them in all ways. */
const plainPath = `${plain}(?:(?:${keptEscape})${plain})*`;
/** A path with dot segments or repeated slashes, which does not mean what it seems to. */
export const untidyPath = `/(?:[^? ]*/)?(?:/|${dot}{1,2}/)[^? ]*|/(?:[^? ]*/)?${dot}{1,2}`;
const wellFormedPath = `${visible}(?:(?:${needlessEscape}|${keptEscape})${visible})*`;
/** Any character of a path, and of a segment, where what a path may hold was looked at before. */
const any = "[^? ]";
const anyInSegment = "[^/? ]";

/** Answers that only configurations give. */
const ownRefusals = {
  spelling: "Escape what must be, and nothing else: this path is spelt in a way that is not passed on from here.",
  list: "Lists of mirrors are not served here.",
  unreadable: "This request is not well-formed, or has more lines than are read here.",
};

function refusalAnswer(refusal: Refusal): Answer {
  return answer({ asked: refusal, status: refusal.status, network: {}, personal: false });
}

function own(status: 400 | 404, message: string, oci: boolean): Answer {
  const code = status === 400 ? "NAME_INVALID" : "UNSUPPORTED";
  return refusalAnswer({ class: "refused", status, code, message, oci });
}

/** The answer to a request that is refused wherever it comes from: made where all others are. */
function refusalOf(served: Served, target: string, method = "GET"): Answer {
  const { asked } = classify({ method, target, served });
  if (asked.class !== "refused") throw new Error(`${method} ${target} should be refused, and is a ${asked.class}`);
  return refusalAnswer(asked);
}

function escaped(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function content(
  id: string,
  of: ContentClass,
  pattern: string,
  captures: readonly Capture[],
  asked: AskedContent,
  at?: ContentRule["at"],
): ContentRule {
  return { id, scope: "request", pattern, of, captures, asked, ...(at && { at }) };
}

const named = { name: "{name}", digest: "{algorithm}:{hex}", reference: "{reference}" };

/** The rules of blobs, manifests and referrers by digest: one for each algorithm. */
function byDigest(): Rule[] {
  return digestForms.flatMap(({ algorithm, hex }) => {
    const rule = (id: string, of: ContentClass, operation: string, asked: AskedContent) =>
      content(id, of, `/v2/(${name})/${operation}/(${algorithm})${colon}(${hex})`, ["name", "algorithm", "hex"], asked);
    return [
      rule("blob", "blob", "blobs", { class: "blob", name: named.name, digest: named.digest }),
      rule("manifest-by-digest", "manifest", "manifests", {
        class: "manifest",
        name: named.name,
        reference: named.digest,
      }),
      rule("referrers", "referrers", "referrers", { class: "referrers", name: named.name, digest: named.digest }),
    ];
  });
}

function imageRules(served: Served): Rule[] {
  const byReference = (of: "signature" | "manifest", reference: string): Rule =>
    content(of, of, `/v2/(${name})/manifests/(${reference})`, ["name", "reference"], {
      class: of,
      name: named.name,
      reference: named.reference,
    });
  return [
    {
      id: "name-invalid",
      scope: "request",
      // The next rule would match it too. Other requests with such a name are refused below.
      pattern: `${tooLongName}/(?:[A-Za-z0-9._:-]|${colon})+`,
      answer: refusalOf(served, "/v2/A/tags/list"),
    },
    ...byDigest(),
    byReference("signature", portablePattern(signatureTagPattern)),
    byReference("manifest", portablePattern(tagPattern)),
    content("tag-list", "tag-list", `/v2/(${name})/tags/list`, ["name"], { class: "tag-list", name: named.name }),
    {
      id: "ping",
      scope: "request",
      pattern: "/v2/?",
      answer: answer({ asked: { class: "ping" }, status: 200, network: {}, personal: false }),
    },
  ];
}

/** What is refused below `/v2/`, once nothing there was recognized. */
function imageRefusals(served: Served): Rule[] {
  const rule = (id: string, pattern: string, example: string): Rule => ({
    id,
    scope: "path",
    pattern,
    answer: refusalOf(served, example),
  });
  return [
    rule("name-invalid", `${tooLongName}/${anyInSegment}+`, "/v2/A/tags/list"),
    rule("digest-invalid", `/v2/${name}/(?:blobs|referrers)/${anyInSegment}+`, "/v2/a/blobs/x"),
    rule("digest-invalid", `/v2/${name}/manifests/${anyInSegment}*${colon}${anyInSegment}*`, "/v2/a/manifests/x:y"),
    rule("reference-invalid", `/v2/${name}/manifests/${anyInSegment}+`, "/v2/a/manifests/-"),
    rule("unsupported", `/v2/${name}/tags/${anyInSegment}+`, "/v2/a/tags/x"),
    rule("name-invalid", `/v2/${any}+/${operations}/${anyInSegment}+`, "/v2/A/tags/list"),
    rule("unsupported", `/v2/${any}*`, "/v2/x"),
  ];
}

/** Longest pattern of many names, in characters: nginx takes no word over 4,096. */
const longestNames = 2500;

function characterPattern(character: string): string {
  return character === "*" ? `${anyInSegment}*` : inAnyCase(escaped(character));
}

/** Names in any case, with stars, as one pattern: they share their beginnings, so that an engine tries few of them. */
function namesPattern(names: readonly string[]): string {
  const rests = new Map<string, string[]>();
  for (const name of names) rests.set(name.charAt(0), [...(rests.get(name.charAt(0)) ?? []), name.slice(1)]);
  const alternatives = [...rests].map(([first, rest]) =>
    first === "" ? "" : characterPattern(first) + namesPattern(rest),
  );
  return alternatives.length === 1 ? alternatives.join() : `(?:${alternatives.join("|")})`;
}

/** A host's names of metadata, as patterns for whole paths without a leading slash. */
function metadataPaths({ metadata }: Served): string[] {
  const split = (names: readonly string[]): string[] => {
    const pattern = `(?:${any}*/)?${namesPattern(names)}`;
    if (pattern.length <= longestNames || names.length === 1) return [pattern];
    const half = Math.ceil(names.length / 2);
    return [...split(names.slice(0, half)), ...split(names.slice(half))];
  };
  return split(
    metadataNames(metadata)
      .map((name) => name.toLowerCase())
      .sort(),
  );
}

const fileAsked = (of: "file" | "metadata" | "directory"): AskedContent => ({ class: of, path: "{path}" });

/** The rules of files below one of a host's paths. @param start the host's path, with slashes around it */
function filesBelow(served: Served, start: string, at: string): Rule[] {
  const before = at === "" ? "" : `${at}/`;
  const below = escaped(start);
  const rule = (of: "file" | "metadata" | "directory", pattern: string, after = "") =>
    content(of, of, pattern, ["path"], fileAsked(of), { before, after });
  return [
    ...metadataPaths(served).map((path) => rule("metadata", `${below}(${path})`)),
    rule("file", `${below}(${any}*${anyInSegment})`),
    rule("directory", `${below}(${any}+/)`, served.directoryIndex),
  ];
}

/** The rules of a host's path itself: a file or a directory at the mirrors, whose top has no path of its own. */
function filesAt(served: Served, path: string, at: string, directoryIndex: string): Rule[] {
  const pattern = `/${escaped(path)}`;
  const exact = (of: "file" | "metadata" | "directory", suffix: string, before: string): Rule[] =>
    before === "" ? [] : [content(of, of, `${pattern}()${suffix}`, ["path"], fileAsked(of), { before, after: "" })];
  const fileName = at.slice(at.lastIndexOf("/") + 1).toLowerCase();
  const of = isMetadata(fileName, served.metadata) ? "metadata" : "file";
  return [
    ...exact(of, "", at),
    ...exact("directory", "/", at === "" ? directoryIndex : `${at}/${directoryIndex}`),
    // Before a shorter path of the host could take it for one of its files.
    { id: "no-such-path", scope: "request", pattern: `${pattern}/?`, answer: refusalOf(served, "/-/x") },
  ];
}

function fileRules(served: Served): Rule[] {
  const { paths, directoryIndex = "" } = served;
  const list: Rule = {
    id: "mirror-list",
    scope: "target",
    pattern: `/[^?]*[^/?]\\?(?:[^ ]*[?&])?${portablePattern(new RegExp(mirrorListParameter))}(?:&[^ ]*)?`,
    answer: own(404, ownRefusals.list, false),
  };
  const nowhere: Rule = {
    id: "no-such-path",
    scope: "path",
    pattern: `/-/${any}*`,
    answer: refusalOf(served, "/-/x"),
  };
  if (paths === undefined) return [nowhere, list, ...filesBelow(served, "/", "")];
  return [
    nowhere,
    list,
    ...paths.flatMap(({ path, at }) => [
      ...filesAt(served, path, at, directoryIndex),
      ...filesBelow(served, `/${path}/`, at),
    ]),
  ];
}

/** A rule twice: for OCI paths, and for others. */
function both(id: string, rule: Omit<RuleBase, "id">, answerOf: (path: string) => Answer): Rule[] {
  return [
    { ...rule, id: `${id}-oci`, oci: true, answer: answerOf("/v2/") },
    { ...rule, id, answer: answerOf("/") },
  ];
}

const options: Rule = {
  id: "options",
  scope: "target",
  pattern: "/.*",
  methods: "options",
  answer: answer({ asked: { class: "options" }, status: 204, network: {}, personal: false }),
};

/** What is refused before anything else is looked at. */
function firstRefusals(served: Served): Rule[] {
  // RE2 counts to 1,000 at the most.
  const tooLong = `.{1000}.{1000}.{1000}.{1000}.{${longestTarget - 4000 + 1}}.*`;
  const rest = "x".repeat(longestTarget);
  return [
    options,
    ...both("method", { scope: "target", pattern: ".*", methods: "others" }, (path) => refusalOf(served, path, "PUT")),
    ...both("too-long", { scope: "target", pattern: tooLong }, (path) => refusalOf(served, path + rest)),
  ];
}

/** What is refused whatever the host serves, in the order of `classify`. */
function requestRefusals(served: Served): Rule[] {
  const refusing = (rest: string) => (path: string) => refusalOf(served, path + rest);
  const spelling = (path: string) => own(400, ownRefusals.spelling, path !== "/");
  return [
    ...both("no-path", { scope: "path", pattern: "/[!-~]*", not: true }, refusing(" ")),
    ...both("bad-query", { scope: "target", pattern: `[^?]*(?:${queryPattern})?`, not: true }, refusing('?"')),
    ...both("climbs", { scope: "path", pattern: `${any}*/${dot}{2}(?:/${any}*)?` }, refusing("../..")),
    ...both("malformed", { scope: "path", pattern: wellFormedPath, not: true }, refusing("%ff")),
    ...both("spelling", { scope: "path", pattern: untidyPath }, spelling),
    ...both("spelling", { scope: "path", pattern: plainPath, not: true }, spelling),
  ];
}

/** The answers to requests without a usable `Host` header. */
export const noPlaceRules: readonly Rule[] = both("no-place", { scope: "target", pattern: ".*" }, (path) =>
  refusalAnswer(noPlace(path)),
);

/** The answers to requests that the program itself refuses. */
export const unreadable: readonly Rule[] = both("refused", { scope: "target", pattern: ".*" }, (path) =>
  own(400, ownRefusals.unreadable, path !== "/"),
);

/** The last rules: what was well asked, and is not there. */
function notFound(served: Served): Rule[] {
  const rule = (id: string, pattern: string, example: string): Rule => ({
    id,
    scope: "path",
    pattern,
    answer: refusalOf(served, example),
  });
  if (served.serves.length === 0) {
    return [rule("unknown-host-oci", `/v2(?:/${any}*)?`, "/v2/"), rule("unknown-host", `${any}*`, "/")];
  }
  if (served.serves.includes("files")) return [rule("no-such-path", `${any}*`, "/-/x")];
  return [rule("no-such-path", `${any}*`, "/a")];
}

const pages: readonly Rule[] = [
  // Envoy leaves two slashes if there is nothing else.
  { id: "info", scope: "request", pattern: "//?", page: "info" },
  { id: "privacy", scope: "request", pattern: "/privacy", page: "privacy" },
];

/** The rules of what one host serves, the first that matches being right. */
export function grammarOf(served: Served): Rule[] {
  const images = served.serves.includes("images");
  const files = served.serves.includes("files");
  return [
    ...firstRefusals(served),
    // Before what is refused: these patterns hold all that it says, and most requests are for blobs and manifests.
    ...(images ? imageRules(served) : []),
    ...(images || files ? pages : []),
    ...requestRefusals(served),
    // Where a host serves both, what is below /v2/ is never a file.
    ...(images ? imageRefusals(served) : []),
    ...(files ? fileRules(served) : []),
    ...notFound(served),
  ];
}
