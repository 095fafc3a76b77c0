import type { UrlDoubt } from "../../networks/host-doubt";
import { baseDoubt } from "../../networks/url-doubt";
import { mirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** The registry of an external mirror is the base of a URL. */
export const mirrorRegistryUrl: Rule = {
  id: "mirror/registry-url",
  severity: "error",
  reason:
    "`/v2/…` is appended to a registry's URL (OCI distribution specification), so it ends with a host or a path; public registries serve nothing at paths before `/v2/`.",
  *check(draft) {
    for (const { mirror, mirrorPath } of mirrorsOf(draft)) {
      if (typeof mirror.registry !== "string") continue;
      const doubt = registryDoubt(mirror.registry);
      if (doubt !== undefined) yield { path: [...mirrorPath, "registry"], ...doubt };
    }
  },
};

/**
 * Public registries, whose API is at the top of their host, with names such as `acme/pause` behind `/v2/`: a path before
 * `/v2/` is not found there (OCI distribution specification, "Endpoints"). Your own registry may have one.
 */
const atTop =
  /^https:\/\/(ghcr\.io|quay\.io|docker\.io|registry-1\.docker\.io|gcr\.io|registry\.gitlab\.com|[a-z0-9-]+-docker\.pkg\.dev)\/+(?!v2\/)([^/].*?)\/*$/i;

function registryDoubt(url: string): UrlDoubt | undefined {
  if (/\/v2\/*$/.test(url)) return { message: "`/v2/` is appended to a registry's URL by itself", fix: "Take it out." };
  const [, host, path] = atTop.exec(url) ?? [];
  if (host !== undefined) {
    return {
      message: `the API of ${host} is at https://${host}/v2/…: nothing is found at https://${host}/${path}/v2/…`,
      fix: `Write registry: https://${host}/v2/${path}`,
    };
  }
  return baseDoubt(url);
}
