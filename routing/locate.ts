import { encodePath } from "../networks/encode-path";
import type { Asked } from "./asked";
import type { TableMirror } from "./routing-table";

function fill(template: string, asked: Asked): string {
  switch (asked.class) {
    case "blob":
      return template.replace("{name}", asked.name).replace("{digest}", asked.digest);
    case "file":
    case "metadata":
    case "directory":
      return template.replace("{path}", () => encodePath(asked.path));
    default:
      return template;
  }
}

/** The path of what only a registry answers, below `/v2`; undefined for everything else. */
export function registryPath(asked: Asked): string | undefined {
  switch (asked.class) {
    case "manifest":
    case "signature":
      return `/${asked.name}/manifests/${asked.reference}`;
    case "referrers":
      return `/${asked.name}/referrers/${asked.digest}`;
    case "tag-list":
      return `/${asked.name}/tags/list`;
    default:
      return undefined;
  }
}

/** A URL with a query behind it, which is empty or begins with a question mark. */
export function withQuery(url: string, query: string): string {
  if (query === "") return url;
  return url.includes("?") ? url + query.replace("?", "&") : url + query;
}

/**
 * The URL at a mirror of what was asked for; undefined where the mirror does not hold that kind. Its host is the
 * mirror's, whatever was asked for: only validated parts go behind it. The query is passed on as it is: listings
 * and referrers take parameters (OCI distribution specification, end-8b and end-12b).
 */
export function locate(mirror: TableMirror, asked: Asked, query: string): string | undefined {
  const path = registryPath(asked);
  const template = asked.class === "blob" ? mirror.blobs : mirror.files;
  if (path !== undefined) return mirror.registry && withQuery(mirror.registry + path, query);
  return template && withQuery(fill(template, asked), query);
}
