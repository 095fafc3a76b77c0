import type { GoogleProvider, Inventory } from "../../inventory/inventory";
import { plannerName, serviceAccountEmail } from "../../inventory/names";

/** The planner at a Google provider, as a principal in grants. */
export function plannerMember({ project }: Inventory, provider: GoogleProvider): string {
  return `serviceAccount:${serviceAccountEmail(plannerName(project.name, provider.key), provider.project)}`;
}
