import { itemsOf } from "../../document/draft";
import { cloudMirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** No region is given to two mirrors of one provider. */
export const mirrorServesOverlap: Rule = {
  id: "mirror/serves-overlap",
  severity: "error",
  reason:
    "A client goes to one mirror. A named region outranks a pattern, and a longer pattern a shorter one; two equal claims leave it to chance.",
  *check(draft) {
    const first = new Map<string, string>();
    for (const { key, mirror, mirrorKey, mirrorPath } of cloudMirrorsOf(draft)) {
      // Who is being given up has handed its clients over already.
      if ((mirror.state ?? "active") !== "active") continue;
      for (const [index, served] of itemsOf(mirror.serves)) {
        const other = first.get(`${key}/${served}`) ?? mirrorKey;
        first.set(`${key}/${served}`, other);
        if (other === mirrorKey) continue;
        const message = `${served} is served by ${key}/${other} already`;
        yield { path: [...mirrorPath, "serves", index], message, fix: "Leave it with one of the two." };
      }
    }
  },
};
