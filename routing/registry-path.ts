import type { AskedContent } from "./asked";

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
