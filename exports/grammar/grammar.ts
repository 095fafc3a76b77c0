import type { Served } from "../../routing/routing-table";
import { fileRules } from "./file-rules";
import { imageRefusals, imageRules } from "./image-rules";
import { firstRefusals, notFoundRules, requestRefusals } from "./request-refusals";
import type { Rule } from "./rule";

const pages: readonly Rule[] = [
  // Envoy may leave `//` for the root.
  { id: "info", scope: "request", pattern: "//?", page: "info" },
  { id: "privacy", scope: "request", pattern: "/privacy", page: "privacy" },
];

/**
 * What requests to one host ask for, as regular expressions that PCRE, RE2 and JavaScript interpret in the same way: no
 * look-around, and no named captures: their order is that of `captures`. They are built from the patterns of
 * `routing/asked.ts`, and accept the same requests, but match undecoded paths: a configuration does not decode them. The
 * programs themselves remove dot segments and repeated slashes first.
 *
 * @returns rules: the first one that matches a request answers it, and one always matches
 */
export function grammarOf(served: Served): Rule[] {
  const images = served.serves.includes("images");
  const files = served.serves.includes("files");
  return [
    ...firstRefusals(served),
    // Before the refusals: these patterns already imply their checks, and most requests are blobs and manifests.
    ...(images ? imageRules(served) : []),
    ...(images || files ? pages : []),
    ...requestRefusals(served),
    // If a host serves both, paths below /v2/ are never files.
    ...(images ? imageRefusals(served) : []),
    ...(files ? fileRules(served) : []),
    ...notFoundRules(served),
  ];
}
