import { itemsOf } from "../../document/draft";
import { cloudMirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** No region is served by two mirrors of one provider. */
export const mirrorServesOverlap: Rule = {
  id: "mirror/serves-overlap",
  severity: "error",
  reason:
    "A client goes to one mirror. A named region takes precedence over a pattern, and a longer pattern over a shorter one; equal claims would be ambiguous.",
  *check(draft) {
    const first = new Map<string, string>();
    for (const { key, mirror, mirrorKey, mirrorPath } of cloudMirrorsOf(draft)) {
      // Draining and retired mirrors no longer serve other regions.
      if ((mirror.state ?? "active") !== "active") continue;
      for (const [index, served] of itemsOf(mirror.serves)) {
        const other = first.get(`${key}/${served}`) ?? mirrorKey;
        first.set(`${key}/${served}`, other);
        if (other === mirrorKey) continue;
        const message = `${served} is already served by ${key}/${other}`;
        yield { path: [...mirrorPath, "serves", index], message, fix: "Keep it at one of the two." };
      }
    }
  },
};
