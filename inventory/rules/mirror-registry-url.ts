import type { UrlProblem } from "../../networks/find-host-problem";
import { findBaseUrlProblem } from "../../networks/find-url-problem";
import { mirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** The registry of an external mirror is a base URL. */
export const mirrorRegistryUrl: Rule = {
  id: "mirror/registry-url",
  severity: "error",
  reason:
    "`/v2/…` is appended to a registry's URL (OCI distribution specification), so it ends with a host or a path; public registries serve nothing below a path before `/v2/`.",
  *check(draft) {
    for (const { mirror, mirrorPath } of mirrorsOf(draft)) {
      if (typeof mirror.registry !== "string") continue;
      const problem = findRegistryProblem(mirror.registry);
      if (problem !== undefined) yield { path: [...mirrorPath, "registry"], ...problem };
    }
  },
};

/**
 * Public registries, whose API is at the top of their host, with names such as `acme/pause` after `/v2/`: a path before
 * `/v2/` does not exist there (OCI distribution specification, "Endpoints"). Your own registry may have one.
 */
const atTop =
  /^https:\/\/(ghcr\.io|quay\.io|docker\.io|registry-1\.docker\.io|gcr\.io|registry\.gitlab\.com|[a-z0-9-]+-docker\.pkg\.dev)\/+(?!v2\/)([^/].*?)\/*$/i;

function findRegistryProblem(url: string): UrlProblem | undefined {
  if (/\/v2\/*$/.test(url)) return { message: "`/v2/` is appended automatically", fix: "Remove it." };
  const [, host, path] = atTop.exec(url) ?? [];
  if (host !== undefined) {
    return {
      message: `the API of ${host} is at https://${host}/v2/…: https://${host}/${path}/v2/… does not exist`,
      fix: `Write registry: https://${host}/v2/${path}`,
    };
  }
  return findBaseUrlProblem(url);
}
