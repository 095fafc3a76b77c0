import { mirrorsOf } from "../draft";
import type { Rule } from "./rule";
import { type UrlDoubt, urlDoubt } from "./url-doubt";

/** The registry of an external mirror is the base of a URL. */
export const mirrorRegistryUrl: Rule = {
  id: "mirror/registry-url",
  severity: "error",
  reason: "`/v2/…` is appended to a registry's URL (OCI distribution specification), so it ends with a host or a path.",
  *check(draft) {
    for (const { mirror, mirrorPath } of mirrorsOf(draft)) {
      if (typeof mirror.registry !== "string") continue;
      const doubt = baseDoubt(mirror.registry);
      if (doubt !== undefined) yield { path: [...mirrorPath, "registry"], ...doubt };
    }
  },
};

function baseDoubt(url: string): UrlDoubt | undefined {
  if (/[{}?]/.test(url)) {
    return {
      message: "a registry's URL has no placeholder and no query",
      wayOut: "Write it as https://host or https://host/path.",
    };
  }
  if (/\/v2\/?$/.test(url))
    return { message: "`/v2/` is appended to a registry's URL by itself", wayOut: "Take it out." };
  return urlDoubt(url);
}
