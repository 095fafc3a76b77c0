import { type ComposedName, composedNames } from "../composed-names";
import type { Rule } from "../rule";

/** No two things have one name. */
export const nameCollision: Rule = {
  id: "name/collision",
  severity: "error",
  reason: "Names of buckets, storage accounts and registries are unique in the world: the second could not be made.",
  *check(draft) {
    const first = new Map<string, ComposedName>();
    for (const name of composedNames(draft)) {
      const other = first.get(`${name.namespace}/${name.name}`);
      if (other === undefined) first.set(`${name.namespace}/${name.name}`, name);
      // The states of several providers may be kept in one place: they have names of their own there.
      if (other === undefined || (other.keepsState && name.keepsState)) continue;
      const message = `the name "${name.name}" is taken by ${other.path.join(".")}; it must be unique in ${name.namespace}`;
      yield { path: name.path, target: name.target, message, fix: name.fix };
    }
  },
};
