import { locate } from "../routing/locate";
import type { TableMirror } from "../routing/routing-table";
import type { ContentRule } from "./grammar";
import { mirrorEntry } from "./not-exportable";

/**
 * The URL at a mirror of what a rule's requests ask for, without a query; captures stand in braces, as in
 * `https://cdn.example.net/{algorithm}:{hex}`.
 *
 * @throws Error where the mirror does not hold that kind, which no ranking allows
 */
export function urlTemplate({ asked, at }: ContentRule, mirror: TableMirror): string {
  const template = at
    ? mirror.files?.replace("{path}", () => `${at.before}{path}${at.after}`)
    : locate(mirror, asked, "");
  if (template === undefined)
    throw new Error(`${mirrorEntry(mirror.id)} is asked for a ${asked.class}, and holds none`);
  return template;
}
