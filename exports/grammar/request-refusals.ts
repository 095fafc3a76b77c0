import { type Answer, answer } from "../../routing/answer";
import { longestTarget } from "../../routing/asked";
import { noPlace } from "../../routing/requested-place";
import type { Served } from "../../routing/routing-table";
import { answerToRefused, ownRefusalAnswer, ownRefusals, refusalAnswer } from "./refusal-answers";
import { dot, pathCharacter, plainPath, queryPattern, untidyPath, wellFormedPath } from "./request-patterns";
import type { Rule, RuleBase } from "./rule";

/** A rule twice: for OCI paths, and for others. */
function forOciAndOthers(id: string, rule: Omit<RuleBase, "id">, answerOf: (path: string) => Answer): Rule[] {
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

/** Refusals checked first. */
export function firstRefusals(served: Served): Rule[] {
  // RE2 repeats at most 1,000 times.
  const tooLong = `.{1000}.{1000}.{1000}.{1000}.{${longestTarget - 4000 + 1}}.*`;
  const rest = "x".repeat(longestTarget);
  return [
    options,
    ...forOciAndOthers("method", { scope: "target", pattern: ".*", methods: "others" }, (path) =>
      answerToRefused(served, path, "PUT"),
    ),
    ...forOciAndOthers("too-long", { scope: "target", pattern: tooLong }, (path) =>
      answerToRefused(served, path + rest),
    ),
  ];
}

/** Refusals on every host, in the order of `classify`. */
export function requestRefusals(served: Served): Rule[] {
  const refusing = (rest: string) => (path: string) => answerToRefused(served, path + rest);
  const spelling = (path: string) => ownRefusalAnswer(400, ownRefusals.spelling, path !== "/");
  return [
    ...forOciAndOthers("no-path", { scope: "path", pattern: "/[!-~]*", not: true }, refusing(" ")),
    ...forOciAndOthers(
      "bad-query",
      { scope: "target", pattern: `[^?]*(?:${queryPattern})?`, not: true },
      refusing('?"'),
    ),
    ...forOciAndOthers(
      "climbs",
      { scope: "path", pattern: `${pathCharacter}*/${dot}{2}(?:/${pathCharacter}*)?` },
      refusing("../.."),
    ),
    ...forOciAndOthers("malformed", { scope: "path", pattern: wellFormedPath, not: true }, refusing("%ff")),
    ...forOciAndOthers("spelling", { scope: "path", pattern: untidyPath }, spelling),
    ...forOciAndOthers("spelling", { scope: "path", pattern: plainPath, not: true }, spelling),
  ];
}

/** The answers to requests without a usable `Host` header. */
export const noPlaceRules: readonly Rule[] = forOciAndOthers("no-place", { scope: "target", pattern: ".*" }, (path) =>
  refusalAnswer(noPlace(path)),
);

/** Responses to requests that the program itself refuses. */
export const unreadableRules: readonly Rule[] = forOciAndOthers("refused", { scope: "target", pattern: ".*" }, (path) =>
  ownRefusalAnswer(400, ownRefusals.unreadable, path !== "/"),
);

/** The last rules: valid requests for unknown paths. */
export function notFoundRules(served: Served): Rule[] {
  const rule = (id: string, pattern: string, example: string): Rule => ({
    id,
    scope: "path",
    pattern,
    answer: answerToRefused(served, example),
  });
  if (served.serves.length === 0) {
    return [
      rule("unknown-host-oci", `/v2(?:/${pathCharacter}*)?`, "/v2/"),
      rule("unknown-host", `${pathCharacter}*`, "/"),
    ];
  }
  if (served.serves.includes("files")) return [rule("no-such-path", `${pathCharacter}*`, "/-/x")];
  return [rule("no-such-path", `${pathCharacter}*`, "/a")];
}
