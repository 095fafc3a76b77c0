import { findOwner } from "../../inventory/find-owner";
import type { Inventory } from "../../inventory/inventory";
import { mirrorAddresses } from "../../inventory/mirror-addresses";
import { stagingSource } from "../../inventory/staging-source";
import type { Destinations } from "../promoted";
import type { Placement } from "./placement";

/**
 * What an inventory says of promotion. An entry of `promotion.destinations` wins over a mirror's own address.
 *
 * @param addresses more addresses of mirrors, each with its mirrors: those that only a deployment knows. @default none
 */
export function createPlacement(
  inventory: Inventory,
  addresses: ReadonlyMap<string, Destinations> = new Map(),
): Placement {
  const { promotion } = inventory;
  const projects = new Map(promotion.projects.map((project) => [project.key, project]));
  return {
    stagingOf: (project) => stagingSource(inventory, project),
    hasProject: (project) => projects.has(project),
    imagesAt: (project) => projects.get(project)?.imagesAt ?? [project],
    filesAt: (project) => projects.get(project)?.filesAt ?? project,
    ownerOf: (kind, path) => findOwner(promotion, kind, path),
    destinations: new Map<string, Destinations>([
      ...mirrorAddresses(inventory),
      ...addresses,
      ...promotion.destinations.map(({ destination, mirrors }) => [destination, mirrors] as const),
    ]),
  };
}
