import { isStandInImage } from "../inventory/stand-in-image";
import type { PlannedStack } from "./stack-plan";

/** A stack would run an image that does not exist. */
export class StandInImage extends Error {
  override readonly name = "StandInImage";

  constructor(stack: string) {
    super(
      `${stack} cannot be planned: redirector.image has a digest of zeros, which is a placeholder. Write what \`mirrorform image --push\` prints, or remove it; then ${stack} is left out. Nothing was written.`,
    );
  }
}

/**
 * Checks that no planned stack would run a placeholder for an image.
 *
 * @throws StandInImage
 */
export function requireImage(plans: readonly PlannedStack[]): void {
  const stack = plans.find((plan) => "image" in plan && isStandInImage(plan.image));
  if (stack !== undefined) throw new StandInImage(stack.name);
}
