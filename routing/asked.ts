import type { Served } from "./routing-table";

/**
 * What a request asks for, told from method, host and path alone.
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

/** How a list of mirrors is written: our own JSON, the same with all mirrors and reasons, or Metalink 4 (RFC 5854). */
export type MirrorListFormat = "json" | "json-all" | "metalink";

/** The kind of thing that is asked for: what logs and rules speak of. */
export type AskedClass = Asked["class"];

/** Why a request is not answered with what it asks for. `code` is one of the OCI distribution specification's. */
export interface Refusal {
  readonly class: "refused";
  readonly status: 400 | 404 | 405;
  readonly code: "NAME_INVALID" | "DIGEST_INVALID" | "MANIFEST_INVALID" | "NAME_UNKNOWN" | "UNSUPPORTED";
  readonly message: string;
  /** Whether the body must be the OCI distribution specification's JSON. */
  readonly oci: boolean;
}

/** The parts of a request that say what is asked for. */
export interface RequestLine {
  readonly method: string;
  /** The request target as received: a path, perhaps with a query. */
  readonly target: string;
  /** What the host that is asked serves. */
  readonly served: Served;
  /** The `Accept` header. @default anything */
  readonly accept?: string | undefined;
}

/** What was asked for, and the query string with its question mark, or an empty text. */
export interface Request {
  readonly asked: Asked | Refusal;
  readonly query: string;
}

/** Longest request target that is looked at, in characters. The OCI specification's names and tags need under 500. */
export const longestTarget = 4096;
/** RFC 3986, section 3.4: what a query may hold, with its question mark. Anything else could break a header. */
export const queryPattern = /^\?[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]*$/;
/** A repository name (OCI distribution specification), whatever its length. */
export const repositoryNamePattern =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
/** Longest repository name: together with a host name, many clients take no more (OCI distribution specification). */
export const longestName = 255;
/** A tag (OCI distribution specification). */
export const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
/** The registered algorithms of digests, and what stands behind the colon (OCI image specification). */
export const digestForms = [
  { algorithm: "sha256", hex: "[a-f0-9]{64}" },
  { algorithm: "sha512", hex: "[a-f0-9]{128}" },
] as const;
/** A digest of a registered algorithm. */
export const digestPattern = new RegExp(
  `^(?:${digestForms.map(({ algorithm, hex }) => `${algorithm}:${hex}`).join("|")})$`,
);
/** What may be done with a repository: the last segment but one of a path below `/v2/`. */
export const imageOperations = ["blobs", "manifests", "referrers", "tags"] as const;
const isImageOperation = (segment: string): boolean => (imageOperations as readonly string[]).includes(segment);
/** A referrers tag (`sha256-<hex>`) names what cosign tags name: it is answered from the same place. */
export const signatureTagPattern = /^sha256-[a-f0-9]{64}(?:\.(?:sig|att|sbom))?$/;
/**
 * What vouches for other files, or changes under the same name: never from a mirror that is not the origin's own. Each
 * pattern is for the last segment of a path, in lower case.
 */
export const metadataPatterns: readonly RegExp[] = [
  // Checksums: of one file by its ending, of many by name (`SHA256SUMS`, `SHASUMS256.txt`, `tool_1.0_checksums.txt`).
  /\.(?:md5|sha1|sha224|sha256|sha384|sha512|sha256sum|sha512sum)(?:\.txt)?$/,
  /(?:md5|sha\d*|b2|check)sums?\d*(?:\.(?:txt|json))?$/,
  // Signatures, certificates and attestations: OpenPGP, minisign, cosign and sigstore, in-toto, SBOMs.
  /\.(?:asc|sig|sign|gpg|minisig|pem|cert|crt|bundle|att|prov|sbom|spdx|intoto\.jsonl|sigstore)(?:\.json)?$/,
  // Pointers to the newest version: a CDN that kept one is kubernetes/k8s.io#7447.
  /^(?:stable|latest|k8s-master)[^/]*\.txt$/,
  // Indexes of package repositories: apt, yum, Helm.
  /^(?:inrelease|release|packages(?:\.[a-z0-9]+)?|sources(?:\.[a-z0-9]+)?|repomd\.xml|index\.yaml)$/,
];
/** RFC 3986, section 2: a path is visible ASCII; everything else must be encoded. */
const visiblePattern = /^[!-~]+$/;
/**
 * Control characters and the backslash: never part of a path that is passed on, encoded or not. Nor are characters that
 * Unicode keeps for no use: some of them have no place in XML (XML 1.0, section 2.2), and so in a Metalink.
 */
const unsafePattern = /[\p{Cc}\p{Noncharacter_Code_Point}\\]/u;

const refuse = (status: Refusal["status"], code: Refusal["code"], message: string, oci: boolean): Refusal => ({
  class: "refused",
  status,
  code,
  message,
  oci,
});

/** The path decoded once, or nothing where it is not well-formed. */
function decoded(path: string): string | undefined {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** A path whose segments are all there, and none of which leads elsewhere. */
function isPlain(path: string): boolean {
  return path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}

function manifest(name: string, reference: string): Asked | Refusal {
  if (signatureTagPattern.test(reference)) return { class: "signature", name, reference };
  if (tagPattern.test(reference) || digestPattern.test(reference)) return { class: "manifest", name, reference };
  if (reference.includes(":")) return refuse(400, "DIGEST_INVALID", "This is not a digest.", true);
  return refuse(404, "MANIFEST_INVALID", "This is neither a tag nor a digest.", true);
}

/** A path below `/v2/`: `<name>/<operation>/<object>`. */
function image(path: string): Asked | Refusal {
  const lastSlash = path.lastIndexOf("/");
  const nameEnd = path.lastIndexOf("/", lastSlash - 1);
  const operation = path.slice(nameEnd + 1, lastSlash);
  if (nameEnd <= 0 || lastSlash === path.length - 1 || !isImageOperation(operation)) {
    return refuse(404, "UNSUPPORTED", "There is nothing of this kind here.", true);
  }
  const [name, object] = [path.slice(0, nameEnd), path.slice(lastSlash + 1)];
  if (name.length > longestName || !repositoryNamePattern.test(name)) {
    return refuse(400, "NAME_INVALID", "This is not a repository name.", true);
  }
  if (operation === "manifests") return manifest(name, object);
  if (operation === "tags") {
    if (object === "list") return { class: "tag-list", name };
    return refuse(404, "UNSUPPORTED", "There is nothing of this kind here.", true);
  }
  if (!digestPattern.test(object)) return refuse(400, "DIGEST_INVALID", "This is not a digest.", true);
  return { class: operation === "blobs" ? "blob" : "referrers", name, digest: object };
}

/** Where a host's path is at the mirrors; undefined where the host has no such path. */
function atMirrors(path: string, paths: Served["paths"]): string | undefined {
  if (paths === undefined) return path;
  const found = paths.find((entry) => path === entry.path || path.startsWith(`${entry.path}/`));
  if (found === undefined) return undefined;
  const rest = path.slice(found.path.length + 1);
  return found.at === "" || rest === "" ? found.at + rest : `${found.at}/${rest}`;
}

/** A name in a directory; the directory without a name is the mirrors' top, of which there is no path. */
function inDirectory(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}

function file(path: string, search: string, { served, accept }: RequestLine): Asked | Refusal {
  const isDirectory = path.endsWith("/");
  const asked = isDirectory ? path.slice(0, -1) : path;
  const mapped = isPlain(asked) ? atMirrors(asked, served.paths) : undefined;
  const at = isDirectory && mapped !== undefined ? inDirectory(mapped, served.directoryIndex ?? "") : mapped;
  // What begins with a hyphen as its first segment is the redirector's own (`/-/health`).
  if (at === undefined || at === "" || path.startsWith("-/")) {
    return refuse(404, "NAME_UNKNOWN", "There is no such path.", false);
  }
  if (isDirectory) return { class: "directory", path: at };
  const name = at.slice(at.lastIndexOf("/") + 1).toLowerCase();
  const of: AskedFile = {
    class: metadataPatterns.some((pattern) => pattern.test(name)) ? "metadata" : "file",
    path: at,
  };
  const format = listFormat(name, search, accept);
  return format === undefined ? of : { class: "mirror-list", of, format };
}

/** RFC 5854, section 8.1. */
const metalinkType = "application/metalink4+xml";
/** The parameter of a query that asks for a file's mirrors. */
export const mirrorListParameter = "mirrorlist(?:=(json|meta4|all))?";
const mirrorList = new RegExp(`[?&]${mirrorListParameter}(?:&|$)`);

/**
 * Whether the mirrors of a file are asked for, and not the file: by `?mirrorlist`, or by an `Accept` header that names
 * a list's media type and takes nothing else. A client that reads JSON and asks for a JSON file gets the file.
 */
function listFormat(name: string, search: string, accept: string | undefined): MirrorListFormat | undefined {
  const wantsMetalink = accept?.includes(metalinkType) === true;
  if (search.includes("mirrorlist")) {
    const [listed, format] = mirrorList.exec(search) ?? [];
    if (format === "all") return "json-all";
    if (listed !== undefined)
      return format === "meta4" || (format === undefined && wantsMetalink) ? "metalink" : "json";
  }
  if (accept === undefined || accept.includes("*/*")) return undefined;
  if (wantsMetalink) return "metalink";
  return /^\s*application\/json\s*(?:[;,]|$)/.test(accept) && !name.endsWith(".json") ? "json" : undefined;
}

/** Whether a path is one of the OCI distribution API's. */
function isOci(path: string): boolean {
  return path === "/v2" || path.startsWith("/v2/");
}

function classifyPath(path: string, search: string, line: RequestLine): Asked | Refusal {
  const { serves } = line.served;
  if (serves.length === 0) return refuse(404, "NAME_UNKNOWN", "This host is not served here.", isOci(path));
  if (path === "/") return { class: "page", page: "info" };
  if (path === "/privacy") return { class: "page", page: "privacy" };
  if (serves.includes("images") && isOci(path)) {
    if (path === "/v2" || path === "/v2/") return { class: "ping" };
    return image(path.slice("/v2/".length));
  }
  if (serves.includes("files")) return file(path.slice(1), search, line);
  return refuse(404, "NAME_UNKNOWN", "There is no such path on this host.", isOci(path));
}

/**
 * What a request asks for. Never throws: what cannot be understood is a refusal. A target that is not a path (`*`, or an
 * address as CONNECT has it: RFC 9112, section 3.2) or that is overlong, undecodable or unsafe is refused before its
 * path is looked at.
 */
export function classify(line: RequestLine): Request {
  const { method, target } = line;
  const at = target.indexOf("?");
  const search = at < 0 ? "" : target.slice(at);
  const path = at < 0 ? target : target.slice(0, at);
  const oci = isOci(path);
  const refused = (status: Refusal["status"], code: Refusal["code"], message: string): Request => ({
    asked: refuse(status, code, message, oci),
    query: "",
  });
  // Whatever the path and the host are: a page's script is to see what is answered to its own request.
  if (method === "OPTIONS" && path.startsWith("/")) return { asked: { class: "options" }, query: "" };
  if (method !== "GET" && method !== "HEAD")
    return refused(405, "UNSUPPORTED", "Only GET, HEAD and OPTIONS are answered here.");
  if (target.length > longestTarget) return refused(400, "NAME_INVALID", "This path is too long.");
  if (!path.startsWith("/") || !visiblePattern.test(path)) return refused(400, "NAME_INVALID", "This is not a path.");
  if (search !== "" && !queryPattern.test(search))
    return refused(400, "NAME_INVALID", "This query is not well-formed.");
  const plain = decoded(path);
  if (plain === undefined || unsafePattern.test(plain))
    return refused(400, "NAME_INVALID", "This path is not well-formed.");
  return { asked: classifyPath(plain, search, line), query: search };
}
