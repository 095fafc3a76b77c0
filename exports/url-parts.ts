import { MirrorUrls } from "../routing/mirror-urls";
import type { TableMirror } from "../routing/routing-table";
import type { Capture, ContentRule } from "./grammar/rule";
import { mirrorEntry } from "./not-exportable";

/** A part of a URL: a string, or a capture of a rule. */
export type UrlPart = string | { readonly capture: Capture };

/** Alternating literals and captures; only a capture's name in braces is a capture. */
function partsOf(template: string, captures: readonly Capture[]): UrlPart[] {
  return template.split(/\{([a-z]+)\}/).flatMap((part, index): UrlPart[] => {
    if (index % 2 === 0) return part === "" ? [] : [part];
    const capture = captures.find((name) => name === part);
    return [capture === undefined ? `{${part}}` : { capture }];
  });
}

/**
 * The URL at a mirror for a rule's requests, without a query.
 *
 * @throws Error if the mirror does not hold that kind, which no ranking allows
 */
export function urlParts({ asked, at, captures }: ContentRule, mirror: TableMirror): UrlPart[] {
  const template = at
    ? mirror.files?.replace("{path}", () => `${at.before}{path}${at.after}`)
    : new MirrorUrls(mirror).locate(asked);
  if (template === undefined) throw new Error(`${mirrorEntry(mirror.id)} has no endpoint for ${asked.class}`);
  return partsOf(template, captures);
}
