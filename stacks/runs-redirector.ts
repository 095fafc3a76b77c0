import type { CloudProvider, Inventory } from "../inventory/inventory";

/** Whether the redirector runs at a provider, so that the routing table is there, too. */
export function runsRedirector({ redirector }: Inventory, { key }: CloudProvider): boolean {
  return redirector.runsAt.some(({ provider, regions }) => provider === key && regions.length > 0);
}
