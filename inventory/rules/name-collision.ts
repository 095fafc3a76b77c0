import { type ComposedName, composeNames } from "../compose-names";
import type { Rule } from "../rule";

/** Names are unique. */
export const nameCollision: Rule = {
  id: "name/collision",
  severity: "error",
  reason:
    "Names of buckets, storage accounts and registries are globally unique, so the second one could not be created.",
  *check(draft) {
    const first = new Map<string, ComposedName>();
    for (const name of composeNames(draft)) {
      const other = first.get(`${name.namespace}/${name.name}`);
      if (other === undefined) first.set(`${name.namespace}/${name.name}`, name);
      // Several providers may share a state bucket; their state has different keys.
      if (other === undefined || (other.keepsState && name.keepsState)) continue;
      const message = `the name "${name.name}" is already used by ${other.path.join(".")}; it must be unique in ${name.namespace}`;
      yield { path: name.path, target: name.target, message, fix: name.fix };
    }
  },
};
