import type { AskedContent } from "../../routing/asked";
import { isMetadata, metadataNames } from "../../routing/metadata-names";
import { mirrorListParameter } from "../../routing/mirror-list-format";
import type { Served } from "../../routing/routing-table";
import { inAnyCase, portablePattern } from "./portable-pattern";
import { answerToRefused, ownRefusalAnswer, ownRefusals } from "./refusal-answers";
import { escapeLiteral, pathCharacter, segmentCharacter } from "./request-patterns";
import { createContentRule, type Rule } from "./rule";

/** Maximum pattern length: nginx accepts no word over 4,096 characters. */
const longestNames = 2500;

function characterPattern(character: string): string {
  return character === "*" ? `${segmentCharacter}*` : inAnyCase(escapeLiteral(character));
}

/** Names in any case, with stars, as one pattern: common prefixes are shared, to limit alternatives. */
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
    const pattern = `(?:${pathCharacter}*/)?${namesPattern(names)}`;
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
  const below = escapeLiteral(start);
  const rule = (of: "file" | "metadata" | "directory", pattern: string, after = "") =>
    createContentRule(of, of, pattern, ["path"], fileAsked(of), { before, after });
  return [
    ...metadataPaths(served).map((path) => rule("metadata", `${below}(${path})`)),
    rule("file", `${below}(${pathCharacter}*${segmentCharacter})`),
    rule("directory", `${below}(${pathCharacter}+/)`, served.directoryIndex),
  ];
}

/** Rules for exactly a host's path, as a file or a directory; the mirrors' root has no path. */
function filesAt(served: Served, path: string, at: string, directoryIndex: string): Rule[] {
  const pattern = `/${escapeLiteral(path)}`;
  const exact = (of: "file" | "metadata" | "directory", suffix: string, before: string): Rule[] =>
    before === ""
      ? []
      : [createContentRule(of, of, `${pattern}()${suffix}`, ["path"], fileAsked(of), { before, after: "" })];
  const fileName = at.slice(at.lastIndexOf("/") + 1).toLowerCase();
  const of = isMetadata(fileName, served.metadata) ? "metadata" : "file";
  return [
    ...exact(of, "", at),
    ...exact("directory", "/", at === "" ? directoryIndex : `${at}/${directoryIndex}`),
    // Must precede rules of a shorter path, which would match it as a file.
    { id: "no-such-path", scope: "request", pattern: `${pattern}/?`, answer: answerToRefused(served, "/-/x") },
  ];
}

/** The rules for files. */
export function fileRules(served: Served): Rule[] {
  const { paths, directoryIndex = "" } = served;
  const list: Rule = {
    id: "mirror-list",
    scope: "target",
    pattern: `/[^?]*[^/?]\\?(?:[^ ]*[?&])?${portablePattern(new RegExp(mirrorListParameter))}(?:&[^ ]*)?`,
    answer: ownRefusalAnswer(404, ownRefusals.list, false),
  };
  const nowhere: Rule = {
    id: "no-such-path",
    scope: "path",
    pattern: `/-/${pathCharacter}*`,
    answer: answerToRefused(served, "/-/x"),
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
