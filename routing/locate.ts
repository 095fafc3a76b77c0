import { encodePath } from "../networks/encode-path";
import type { AskedContent } from "./candidates";
import type { TableMirror } from "./routing-table";

/** A request for what only a registry answers. */
export type AskedOfRegistry = Extract<AskedContent, { class: "manifest" | "signature" | "referrers" | "tag-list" }>;

/** The path of what only a registry answers, below `/v2`. */
export function registryPath(asked: AskedOfRegistry): string {
  switch (asked.class) {
    case "manifest":
    case "signature":
      return `/${asked.name}/manifests/${asked.reference}`;
    case "referrers":
      return `/${asked.name}/referrers/${asked.digest}`;
    case "tag-list":
      return `/${asked.name}/tags/list`;
    default:
      return asked satisfies never;
  }
}

/** A URL with a query behind it, which is empty or begins with a question mark. */
export function withQuery(url: string, query: string): string {
  if (query === "") return url;
  return url.includes("?") ? url + query.replace("?", "&") : url + query;
}

/**
 * The URL at a mirror of what was asked for, without a query; undefined where the mirror does not hold that kind. Its host
 * is the mirror's, whatever was asked for: only validated parts go behind it.
 */
export function locate(mirror: TableMirror, asked: AskedContent): string | undefined {
  switch (asked.class) {
    case "blob":
      return mirror.blobs?.replace("{name}", asked.name).replace("{digest}", asked.digest);
    case "file":
    case "metadata":
    case "directory":
      return mirror.files?.replace("{path}", () => encodePath(asked.path));
    case "manifest":
    case "signature":
    case "referrers":
    case "tag-list":
      return mirror.registry && mirror.registry + registryPath(asked);
    default:
      return asked satisfies never;
  }
}
