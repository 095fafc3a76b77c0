import { stringify } from "yaml";
import type { Synthesized } from "./stacks";

/** A stack as a reviewer wants to see it: without versions and CDKTF's own notes. */
export function readable({ text }: Pick<Synthesized, "text">): string {
  const { terraform, ...blocks } = JSON.parse(text, (key, value) => (key === "//" ? undefined : value));
  return stringify({ backend: terraform.backend, ...blocks }, { lineWidth: 0, aliasDuplicateObjects: false });
}
