import { extname } from "node:path/posix";
import { immutable } from "./blob-copier";

/** By extension (IANA media types). Checksums and signatures are text, so that browsers show them. */
const contentTypes: Readonly<Record<string, string>> = {
  ".txt": "text/plain; charset=utf-8",
  ".sha1": "text/plain; charset=utf-8",
  ".sha256": "text/plain; charset=utf-8",
  ".sha512": "text/plain; charset=utf-8",
  ".asc": "text/plain; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".json": "application/json",
  ".yaml": "application/yaml",
  ".yml": "application/yaml",
  ".gz": "application/gzip",
  ".tgz": "application/gzip",
  ".zip": "application/zip",
};

/** Time for which caches may keep files whose content may change, in seconds: a release becomes visible within a minute. */
const mutableAge = 60;

/** The headers that a file is served with. */
export function headersOf(
  path: string,
  isMutable: boolean,
): { readonly contentType: string; readonly cacheControl: string } {
  return {
    contentType: contentTypes[extname(path).toLowerCase()] ?? "application/octet-stream",
    cacheControl: isMutable ? `public, max-age=${mutableAge}` : immutable,
  };
}
