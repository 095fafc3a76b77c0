import { mirrorsOf } from "../draft";
import type { Rule } from "../rule";

/**
 * Registries that answer 401 to anonymous clients, even for public images: Docker Hub (distribution/distribution#1589),
 * GitHub's (termoshtt/ocipkg#41), ECR Public and private ECR, and Azure's (see `mirror/registry-only`).
 */
const registriesWithToken =
  /^https:\/\/((?:ghcr\.io|(?:registry-1\.|index\.)?docker\.io|public\.ecr\.aws)|[a-z0-9-]+\.azurecr\.io|[0-9]+\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com)(?:[:/]|$)/i;

/** An external registry answers clients without a token. */
export const mirrorRegistryToken: Rule = {
  id: "mirror/registry-token",
  severity: "warning",
  reason:
    "A redirected client has no token for the registry, and some clients do not request one there (containerd/containerd#5503 until 2021, moby/moby#45333, containers/image#641).",
  *check(draft) {
    for (const { mirror, mirrorPath } of mirrorsOf(draft)) {
      if (typeof mirror.registry !== "string") continue;
      const [, host] = registriesWithToken.exec(mirror.registry) ?? [];
      if (host === undefined) continue;
      const message = `${host} requires a token from every client, and some redirected clients cannot get one`;
      const fix = "Use a registry that answers without a token, such as Artifact Registry or your own registry.";
      yield { path: [...mirrorPath, "registry"], message, fix };
    }
  },
};
