import Negotiator from "negotiator";

/** How a list of mirrors is written: our JSON, our JSON with all mirrors and reasons, or Metalink 4 (RFC 5854). */
export type MirrorListFormat = "json" | "json-all" | "metalink";

const jsonType = "application/json";
/** RFC 5854, section 8.1. */
const metalinkType = "application/metalink4+xml";
/** The query parameter that requests a file's mirrors. */
export const mirrorListParameter = "mirrorlist(?:=(json|meta4|all))?";
const mirrorList = new RegExp(`[?&]${mirrorListParameter}(?:&|$)`);

/** Most `Accept` headers name no list, and are not parsed. */
const namesList = /application\/(?:json|metalink4\+xml)/i;
/** Longest `Accept` header that is parsed, in characters: parsing takes time, and clients that want a list send short ones. */
const longestAccept = 1000;

/** The media types a client accepts (RFC 9110, section 12.5.1), in lower case, the best first. */
function acceptedTypes(accept: string | undefined): string[] {
  if (accept === undefined || accept.length > longestAccept || !namesList.test(accept)) return [];
  return new Negotiator({ headers: { accept } }).mediaTypes().map((type) => type.toLowerCase());
}

/** Whether a client prefers Metalink to our JSON. */
function prefersMetalink(types: readonly string[]): boolean {
  const [first] = types.filter((type) => type === metalinkType || type === jsonType);
  return first === metalinkType;
}

/**
 * Whether a request asks for a file's mirrors instead of the file: by `?mirrorlist`, or by an `Accept` header that names a
 * list's media type and does not accept everything. A client that accepts JSON and asks for a JSON file gets the file.
 *
 * @param name the file's, in lower case
 * @param search the query with its question mark, or an empty text
 */
export function mirrorListFormat(
  name: string,
  search: string,
  accept: string | undefined,
): MirrorListFormat | undefined {
  if (search.includes("mirrorlist")) {
    const [listed, format] = mirrorList.exec(search) ?? [];
    if (format === "all") return "json-all";
    if (format !== undefined) return format === "meta4" ? "metalink" : "json";
    if (listed !== undefined) return prefersMetalink(acceptedTypes(accept)) ? "metalink" : "json";
  }
  const types = acceptedTypes(accept);
  if (types.includes("*/*")) return undefined;
  if (types[0] === jsonType) return name.endsWith(".json") ? undefined : "json";
  return types.includes(metalinkType) ? "metalink" : undefined;
}
