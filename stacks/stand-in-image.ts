import type { Inventory } from "../inventory/inventory";
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
 * Checks that the image of the planned stacks is not a placeholder.
 *
 * @throws StandInImage
 */
export function requireImage({ redirector: { image } }: Inventory, plans: readonly PlannedStack[]): void {
  if (image === undefined || !isStandInImage(image)) return;
  const stack = plans.find(({ layer, provider }) => layer === "redirector" && provider.cloud === "google");
  if (stack !== undefined) throw new StandInImage(stack.name);
}
