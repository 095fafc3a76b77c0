import type { Inventory } from "../../inventory/inventory";
import type { Destinations } from "../promoted";
import type { Placement, StagingAddress } from "./placement";

/** Addresses that follow from the inventory and the deployed facts. */
export interface KnownAddresses {
  /** By project. */
  readonly staging: ReadonlyMap<string, StagingAddress>;
  /** The mirrors' own registries and buckets, as manifests would write them, without a final slash; each with its mirror. */
  readonly mirrors: ReadonlyMap<string, Destinations>;
}

/**
 * What an inventory says of promotion. An entry of `promotion.destinations` wins over a mirror's own address.
 *
 * @param addresses without them, sources are only names, which is enough to check manifests
 */
export function createPlacement(
  { staging, promotion }: Pick<Inventory, "staging" | "promotion">,
  addresses?: KnownAddresses,
): Placement {
  const projects = new Map(promotion.projects.map((project) => [project.key, project]));
  const areas = addresses?.staging ?? namesOf(staging);
  return {
    stagingOf: (project) => areas.get(project),
    hasProject: (project) => projects.has(project),
    imagesAt: (project) => projects.get(project)?.imagesAt ?? [project],
    filesAt: (project) => projects.get(project)?.filesAt ?? project,
    destinations: new Map([
      ...(addresses?.mirrors ?? []),
      ...promotion.destinations.map(({ destination, mirrors }) => [destination, mirrors] as const),
    ]),
  };
}

function namesOf(staging: Inventory["staging"]): Map<string, StagingAddress> {
  return new Map(
    staging.map(({ project, registry, bucket }) => [
      project,
      { ...(registry && { registry: registry.name }), ...(bucket && { bucket: bucket.name }) },
    ]),
  );
}
