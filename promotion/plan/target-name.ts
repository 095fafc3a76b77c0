import type { Target } from "../targets/target";

/** How plans and reports name a target: `<mirror> registry`, `<mirror> blobs` or `<mirror> files`. */
export function targetName({ mirror, kind }: Pick<Target, "mirror" | "kind">): string {
  return `${mirror} ${kind}`;
}
