import type { GoogleProvider, Inventory } from "../../inventory/inventory";
import { promoterName, serviceAccountEmail } from "../../inventory/names";

/** The promoter at a Google provider, as a principal in grants. */
export function promoterMember({ project }: Inventory, provider: GoogleProvider): string {
  return `serviceAccount:${serviceAccountEmail(promoterName(project.name, provider.key), provider.project)}`;
}
