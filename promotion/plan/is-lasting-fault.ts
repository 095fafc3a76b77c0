import type { StoreFault } from "../../stores/store-error";

/** Whether an image is at fault, not its registry: it will be the same at the next attempt, and with other credentials. */
export function isLastingFault(fault: StoreFault): boolean {
  return fault === "absent" || fault === "corrupt" || fault === "unsupported" || fault === "refused";
}
