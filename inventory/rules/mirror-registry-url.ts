import type { UrlDoubt } from "../../networks/host-doubt";
import { baseDoubt } from "../../networks/url-doubt";
import { mirrorsOf } from "../draft";
import type { Rule } from "./rule";

/** The registry of an external mirror is the base of a URL. */
export const mirrorRegistryUrl: Rule = {
  id: "mirror/registry-url",
  severity: "error",
  reason: "`/v2/…` is appended to a registry's URL (OCI distribution specification), so it ends with a host or a path.",
  *check(draft) {
    for (const { mirror, mirrorPath } of mirrorsOf(draft)) {
      if (typeof mirror.registry !== "string") continue;
      const doubt = registryDoubt(mirror.registry);
      if (doubt !== undefined) yield { path: [...mirrorPath, "registry"], ...doubt };
    }
  },
};

function registryDoubt(url: string): UrlDoubt | undefined {
  if (/\/v2\/*$/.test(url))
    return { message: "`/v2/` is appended to a registry's URL by itself", wayOut: "Take it out." };
  return baseDoubt(url);
}
