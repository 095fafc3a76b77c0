import { stagingAreasOf } from "../promotion-draft";
import type { Rule } from "../rule";

/** Registries at AWS list their repositories; others have none to list. */
export const stagingRepositories: Rule = {
  id: "staging/repositories",
  severity: "error",
  reason:
    "ECR refuses pushes to a repository that was not created (https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-push-ecr-image.html); the other registries create it with the first push.",
  *check(draft) {
    for (const { area, path } of stagingAreasOf(draft)) {
      const cloud = draft.providers?.[area.provider ?? ""]?.cloud;
      if (cloud === undefined || area.registry === undefined) continue;
      const isListed = "repositories" in area.registry;
      if (cloud === "aws" && !isListed) {
        const fix = "List the project's images: registry: { repositories: [etcd] }";
        yield { path: [...path, "registry"], target: "key", message: "a registry at AWS needs its repositories", fix };
      } else if (cloud !== "aws" && isListed) {
        const message = `a registry at ${cloud} creates repositories itself`;
        yield { path: [...path, "registry", "repositories"], target: "key", message, fix: "Remove them." };
      }
    }
  },
};
