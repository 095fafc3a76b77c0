import { itemsOf } from "../../../document/draft";
import type { ListRule, RegistriesDraft } from "../manifest-rule";
import { isRepositoryName } from "../repository-name";
import { destinationRules } from "./destination-rules";

/** A host with a port. One without a dot is not a host, except localhost: `foo/bar` is an image of Docker Hub. */
const host =
  /^(?:localhost|(?=[^/]*\.)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)(?::[0-9]{1,5})?$/;

/** Whether a text is a registry's host, with or without a path. */
export function isRegistry(text: string): boolean {
  const [name = "", ...path] = text.split("/");
  return host.test(name) && (path.length === 0 || isRepositoryName(path.join("/")));
}

const badRegistry: ListRule<RegistriesDraft> = {
  id: "manifest/bad-registry",
  severity: "error",
  reason: "A registry is a host and a path, without a scheme.",
  *check(draft) {
    for (const [index, { name }] of itemsOf(draft)) {
      if (name === undefined || isRegistry(name)) continue;
      const bare = name
        .replace(/^[a-z]+:\/\//i, "")
        .replace(/\/+$/, "")
        .toLowerCase();
      const fix = isRegistry(bare) ? `Write ${bare}` : "Write HOST or HOST/PATH, such as gcr.io/k8s-staging-kops.";
      yield { path: [index, "name"], message: `"${name}" is not a registry`, fix };
    }
  },
};

/** The rules for a list of registries. */
export const registryRules: readonly ListRule<RegistriesDraft>[] = [
  badRegistry,
  ...destinationRules("registry", "registries", "name"),
];
