import { omitUnknown } from "./endpoints";
import type { RoutingTable } from "./routing-table";

/**
 * A table for trials, built as if `deployed.yaml` listed every store. Only the names of CloudFront
 * distributions, which are known only after a deployment, are still missing.
 */
export function asIfListed(table: RoutingTable): RoutingTable {
  if (table.content.mirrors.every(({ planned }) => planned === undefined)) return table;
  return table.withMirrors(({ planned = {}, ...mirror }) => {
    const awaited = Object.fromEntries(Object.entries(planned).filter(([, url]) => url === null));
    return { ...mirror, ...omitUnknown(planned), ...(Object.keys(awaited).length > 0 && { planned: awaited }) };
  });
}
