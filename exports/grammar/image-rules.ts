import { answer } from "../../routing/answer";
import type { AskedContent, ContentClass } from "../../routing/asked";
import {
  digestForms,
  imageOperations,
  longestName,
  repositoryNamePattern,
  signatureTagPattern,
  tagPattern,
} from "../../routing/asked";
import type { Served } from "../../routing/routing-table";
import { portablePattern } from "./portable-pattern";
import { answerToRefused } from "./refusal-answers";
import { pathCharacter, segmentCharacter } from "./request-patterns";
import { createContentRule, type Rule } from "./rule";

const name = portablePattern(repositoryNamePattern);
/** Clients that over-encode also encode the colon of a digest. */
const colon = "(?::|%3[Aa])";
const operations = `(?:${imageOperations.join("|")})`;
/** A request with a name that is too long. RE2 allows at most 1,000 repetitions; longer names match as well. */
const tooLongName = `/v2/[a-z0-9._/-]{${longestName + 1},}/${operations}`;

/** Placeholders for captures. */
const named = { name: "{name}", digest: "{algorithm}:{hex}", reference: "{reference}" };

/** The rules of blobs, manifests and referrers by digest: one for each algorithm. */
function byDigest(): Rule[] {
  return digestForms.flatMap(({ algorithm, hex }) => {
    const rule = (id: string, of: ContentClass, operation: string, asked: AskedContent) =>
      createContentRule(
        id,
        of,
        `/v2/(${name})/${operation}/(${algorithm})${colon}(${hex})`,
        ["name", "algorithm", "hex"],
        asked,
      );
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

/** The rules for images. */
export function imageRules(served: Served): Rule[] {
  const nameInvalid: Rule = {
    id: "name-invalid",
    scope: "request",
    // Must precede the next rule, which also matches; other requests with such names are refused below.
    pattern: `${tooLongName}/(?:[A-Za-z0-9._:-]|${colon})+`,
    answer: answerToRefused(served, "/v2/A/tags/list"),
  };
  return [nameInvalid, ...exactRules().map((rule): Rule => ({ ...rule, isExact: true }))];
}

function exactRules(): Rule[] {
  const byReference = (of: "signature" | "manifest", reference: string): Rule =>
    createContentRule(of, of, `/v2/(${name})/manifests/(${reference})`, ["name", "reference"], {
      class: of,
      name: named.name,
      reference: named.reference,
    });
  return [
    ...byDigest(),
    byReference("signature", portablePattern(signatureTagPattern)),
    byReference("manifest", portablePattern(tagPattern)),
    createContentRule("tag-list", "tag-list", `/v2/(${name})/tags/list`, ["name"], {
      class: "tag-list",
      name: named.name,
    }),
    {
      id: "ping",
      scope: "request",
      pattern: "/v2/?",
      answer: answer({ asked: { class: "ping" }, status: 200, network: {}, personal: false }),
    },
  ];
}

/** Refusals below `/v2/`, after all known requests. */
export function imageRefusals(served: Served): Rule[] {
  const rule = (id: string, pattern: string, example: string): Rule => ({
    id,
    scope: "path",
    pattern,
    answer: answerToRefused(served, example),
  });
  return [
    rule("name-invalid", `${tooLongName}/${segmentCharacter}+`, "/v2/A/tags/list"),
    rule("digest-invalid", `/v2/${name}/(?:blobs|referrers)/${segmentCharacter}+`, "/v2/a/blobs/x"),
    rule(
      "digest-invalid",
      `/v2/${name}/manifests/${segmentCharacter}*${colon}${segmentCharacter}*`,
      "/v2/a/manifests/x:y",
    ),
    rule("reference-invalid", `/v2/${name}/manifests/${segmentCharacter}+`, "/v2/a/manifests/-"),
    rule("unsupported", `/v2/${name}/tags/${segmentCharacter}+`, "/v2/a/tags/x"),
    rule("name-invalid", `/v2/${pathCharacter}+/${operations}/${segmentCharacter}+`, "/v2/A/tags/list"),
    rule("unsupported", `/v2/${pathCharacter}*`, "/v2/x"),
  ];
}
