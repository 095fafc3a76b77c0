import { isMetadata } from "./metadata-names";
import { type MirrorListFormat, mirrorListFormat } from "./mirror-list-format";
import { passedQuery, queryPattern } from "./passed-query";
import { plainPath } from "./plain-path";
import { type ScannedPath, scanPath } from "./scan-path";
import type { Served } from "./table-content";

/**
 * What a request asks for, derived from method, host and path alone.
 *
 * The grammar is that of the OCI distribution specification 1.1 (repository names, tags) and of the OCI image
 * specification (digests: only the two registered algorithms, so that a digest's length can be checked). The tag
 * schemas of signatures are cosign's: `sha256-<hex>.sig`, `.att`, `.sbom`, and `sha256-<hex>` for referrers.
 */
export type Asked =
  | { readonly class: "ping" }
  | { readonly class: "options" }
  | { readonly class: "page"; readonly page: "info" | "privacy" }
  | { readonly class: "manifest" | "signature"; readonly name: string; readonly reference: string }
  | { readonly class: "referrers"; readonly name: string; readonly digest: string }
  | { readonly class: "tag-list"; readonly name: string }
  | { readonly class: "blob"; readonly name: string; readonly digest: string }
  | { readonly class: "file" | "metadata" | "directory"; readonly path: string }
  | { readonly class: "mirror-list"; readonly of: AskedFile; readonly format: MirrorListFormat };

/** A file by its path at the mirrors. */
export interface AskedFile {
  readonly class: "file" | "metadata";
  readonly path: string;
}

/** The class of a request, as used in logs and rules. */
export type AskedClass = Asked["class"];

/** Classes of content that mirrors and the origin hold: all except pages, pings, OPTIONS and mirror lists. */
export type ContentClass = Exclude<AskedClass, "ping" | "options" | "page" | "mirror-list">;

/** A request for what mirrors or the origin hold. */
export type AskedContent = Extract<Asked, { class: ContentClass }>;

/** Why a request is refused. `code` is one of the OCI distribution specification's. */
export interface Refusal {
  readonly class: "refused";
  readonly status: 400 | 404 | 405;
  readonly code: "NAME_INVALID" | "DIGEST_INVALID" | "MANIFEST_INVALID" | "NAME_UNKNOWN" | "UNSUPPORTED";
  readonly message: string;
  /** Whether the body must be the OCI distribution specification's JSON. */
  readonly oci: boolean;
}

/** The parts of a request that determine its class. */
export interface RequestLine {
  readonly method: string;
  /** The request target as received: a path, perhaps with a query. */
  readonly target: string;
  /** What the requested host serves. */
  readonly served: Served;
  /** The `Accept` header. @default anything */
  readonly accept?: string | undefined;
}

/** What was requested, and the query for mirrors, with its question mark or empty. */
export interface Request {
  readonly asked: Asked | Refusal;
  readonly query: string;
}

/** Maximum request target length, in characters. The OCI specification's names and tags need under 500. */
export const longestTarget = 4096;
/** A repository name (OCI distribution specification), of any length. */
export const repositoryNamePattern =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
/** Longest repository name: together with a host name, many clients accept no more (OCI distribution specification). */
export const longestName = 255;
/** A tag (OCI distribution specification). */
export const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
/** The registered algorithms of digests, and the part after the colon (OCI image specification). */
export const digestForms = [
  { algorithm: "sha256", digits: 64, hex: "[a-f0-9]{64}" },
  { algorithm: "sha512", digits: 128, hex: "[a-f0-9]{128}" },
] as const;
/** A digest of a registered algorithm. */
export const digestPattern = new RegExp(
  `^(?:${digestForms.map(({ algorithm, hex }) => `${algorithm}:${hex}`).join("|")})$`,
);
/** Repository operations: the second-to-last segment below `/v2/`. */
export const imageOperations = ["blobs", "manifests", "referrers", "tags"] as const;
const isImageOperation = (segment: string): boolean => (imageOperations as readonly string[]).includes(segment);
/** A referrers tag (`sha256-<hex>`) names the same objects as cosign tags and is served the same way. */
export const signatureTagPattern = /^sha256-[a-f0-9]{64}(?:\.(?:sig|att|sbom))?$/;
/**
 * Control characters and the backslash: never part of a path that is passed on, encoded or not. Nor are Unicode's
 * noncharacters: some of them are not allowed in XML (XML 1.0, section 2.2), and so in a Metalink.
 */
const unsafePattern = /[\p{Cc}\p{Noncharacter_Code_Point}\\]/u;

const refuse = (status: Refusal["status"], code: Refusal["code"], message: string, oci: boolean): Refusal => ({
  class: "refused",
  status,
  code,
  message,
  oci,
});

/** The path decoded once, or undefined if malformed. */
function decodePath(path: string): string | undefined {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Whether a path's last segment is a digest: as {@link digestPattern}, which takes three times as long. */
function endsInDigest(path: string, { lastSlash, colon, endsInHex }: ScannedPath): boolean {
  if (!endsInHex) return false;
  for (const { algorithm, digits } of digestForms) {
    const isAlgorithm = colon - lastSlash - 1 === algorithm.length && path.startsWith(algorithm, lastSlash + 1);
    if (isAlgorithm && path.length - colon - 1 === digits) return true;
  }
  return false;
}

function classifyManifest(name: string, path: string, scanned: ScannedPath): Asked | Refusal {
  const reference = path.slice(scanned.lastSlash + 1);
  if (scanned.colon >= 0) return endsInDigest(path, scanned) ? { class: "manifest", name, reference } : notDigest;
  if (signatureTagPattern.test(reference)) return { class: "signature", name, reference };
  if (tagPattern.test(reference)) return { class: "manifest", name, reference };
  return refuse(404, "MANIFEST_INVALID", "Invalid tag or digest.", true);
}

function classifyTagList(name: string, object: string): Asked | Refusal {
  return object === "list" ? { class: "tag-list", name } : unsupported;
}

const notDigest = refuse(400, "DIGEST_INVALID", "Invalid digest.", true);
const unsupported = refuse(404, "UNSUPPORTED", "Unsupported operation.", true);
const imagesStart = "/v2/".length;

/** A path below `/v2/`: `/v2/<name>/<operation>/<object>`. */
function classifyImage(path: string, scanned: ScannedPath): Asked | Refusal {
  const { lastSlash, slashBefore } = scanned;
  const operation = path.slice(slashBefore + 1, lastSlash);
  if (slashBefore <= imagesStart || lastSlash === path.length - 1 || !isImageOperation(operation)) return unsupported;
  const name = path.slice(imagesStart, slashBefore);
  if (name.length > longestName || !repositoryNamePattern.test(name)) {
    return refuse(400, "NAME_INVALID", "Invalid repository name.", true);
  }
  if (operation === "manifests") return classifyManifest(name, path, scanned);
  const object = path.slice(lastSlash + 1);
  if (operation === "tags") return classifyTagList(name, object);
  if (!endsInDigest(path, scanned)) return notDigest;
  return { class: operation === "blobs" ? "blob" : "referrers", name, digest: object };
}

/** The location of a host's path at the mirrors; undefined if the host has no such path. */
function mapToMirrors(path: string, paths: Served["paths"]): string | undefined {
  if (paths === undefined) return path;
  const found = paths.find((entry) => path === entry.path || path.startsWith(`${entry.path}/`));
  if (found === undefined) return undefined;
  const rest = path.slice(found.path.length + 1);
  return found.at === "" || rest === "" ? found.at + rest : `${found.at}/${rest}`;
}

/** A name in a directory; a nameless directory is the mirrors' root, which has no path. */
function joinPath(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}

/** Lowercases ASCII only, as the exports do; `toLowerCase` would turn the Kelvin sign into `k`. */
function toAsciiLowerCase(name: string): string {
  return /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name;
}

function classifyFile(path: string, search: string, { served, accept }: RequestLine): Asked | Refusal {
  const isDirectory = path.endsWith("/");
  const asked = isDirectory ? path.slice(0, -1) : path;
  const mapped = mapToMirrors(asked, served.paths);
  const at = isDirectory && mapped !== undefined ? joinPath(mapped, served.directoryIndex ?? "") : mapped;
  // Paths starting with `-/` belong to the redirector (`/-/health`).
  if (at === undefined || at === "" || path.startsWith("-/")) {
    return refuse(404, "NAME_UNKNOWN", "Unknown path.", false);
  }
  if (isDirectory) return { class: "directory", path: at };
  const name = toAsciiLowerCase(at.slice(at.lastIndexOf("/") + 1));
  const of: AskedFile = {
    class: isMetadata(name, served.metadata) ? "metadata" : "file",
    path: at,
  };
  const format = mirrorListFormat(name, search, accept);
  return format === undefined ? of : { class: "mirror-list", of, format };
}

/** Whether a path is one of the OCI distribution API's. */
function isOci(path: string): boolean {
  return path === "/v2" || path.startsWith("/v2/");
}

function classifyPath(path: string, scanned: ScannedPath, search: string, line: RequestLine): Asked | Refusal {
  const { serves } = line.served;
  if (serves.length === 0) return refuse(404, "NAME_UNKNOWN", "This host is not served here.", isOci(path));
  if (path === "/") return { class: "page", page: "info" };
  if (path === "/privacy") return { class: "page", page: "privacy" };
  if (serves.includes("images") && isOci(path)) {
    if (path === "/v2" || path === "/v2/") return { class: "ping" };
    return classifyImage(path, scanned);
  }
  if (serves.includes("files")) return classifyFile(path.slice(1), search, line);
  return refuse(404, "NAME_UNKNOWN", "There is no such path on this host.", isOci(path));
}

/** Whether a refused target looks like an OCI request, which decides the body's format. */
function seemsOci(target: string, path: string): boolean {
  const isReadable = target.length <= longestTarget && scanPath(path).isVisible;
  return isOci((isReadable ? plainPath(path, "escaped") : undefined) ?? path);
}

/**
 * Classifies a request. Never throws; unparsable requests become refusals. A target that is not a path (`*`, or an address as
 * in CONNECT: RFC 9112, section 3.2) or that is overlong, undecodable or unsafe is refused before its path is parsed.
 *
 * Dot segments are removed twice: from the path as written, and again after decoding, since an encoded slash is passed on as
 * a slash. So it does not matter whether a proxy or a runtime in front has already removed them.
 */
export function classify(line: RequestLine): Request {
  const { method, target } = line;
  const at = target.indexOf("?");
  const search = at < 0 ? "" : target.slice(at);
  const path = at < 0 ? target : target.slice(0, at);
  const refused = (code: Refusal["code"], message: string, status: 400 | 405 = 400): Request => ({
    asked: refuse(status, code, message, seemsOci(target, path)),
    query: "",
  });
  // For every path and host, so that scripts can read the response.
  if (method === "OPTIONS" && path.startsWith("/")) return { asked: { class: "options" }, query: "" };
  if (method !== "GET" && method !== "HEAD")
    return refused("UNSUPPORTED", "Only GET, HEAD and OPTIONS are supported.", 405);
  if (target.length > longestTarget) return refused("NAME_INVALID", "This path is too long.");
  const scanned = scanPath(path);
  if (!scanned.isVisible) return refused("NAME_INVALID", "This is not a path.");
  if (search !== "" && !queryPattern.test(search)) return refused("NAME_INVALID", "This query is not well-formed.");
  // Nearly every path.
  if (scanned.isPlain) return { asked: classifyPath(path, scanned, search, line), query: passedQuery(search) };
  const spelt = plainPath(path, "escaped");
  if (spelt === undefined) return refused("NAME_INVALID", "This path leaves the root.");
  const written = decodePath(spelt);
  if (written === undefined || unsafePattern.test(written))
    return refused("NAME_INVALID", "This path is not well-formed.");
  const plain = plainPath(written, "decoded");
  if (plain === undefined) return refused("NAME_INVALID", "This path leaves the root.");
  return { asked: classifyPath(plain, scanPath(plain), search, line), query: passedQuery(search) };
}
