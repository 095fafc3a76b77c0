import { isStandInImage } from "../inventory/stand-in-image";
import type { PlannedStack } from "./stack-plan";

/** The image that a stack would run is a placeholder. */
export class StandInImage extends Error {
  override readonly name = "StandInImage";

  constructor(stack: string) {
    super(
      `${stack} cannot be planned: redirector.image has a digest of zeros, which is a placeholder. Set it to what \`mirrorform image --push\` prints, or remove it to leave out ${stack}. Nothing was written.`,
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
