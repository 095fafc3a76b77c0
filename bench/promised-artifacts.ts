import { createHash } from "node:crypto";
import type { Placement } from "../promotion/manifests/placement";
import { readManifests } from "../promotion/manifests/read-manifests";
import type { Destinations, Promoted, PromotedImage } from "../promotion/promoted";
import { seededRandom } from "./seeded-random";

/** The shape of kubernetes/k8s.io on 2024-06-06: 70 projects, 728 images, 19,375 digests; the largest has 12,506 of them. */
const shape = { projects: 70, images: 728, digests: 19_375, largest: { images: 47, digests: 12_506 } };

const place = { file: "images.yaml", line: 1, column: 1 };

/** A digest that follows from a name. */
export function digestFor(name: string): string {
  return `sha256:${createHash("sha256").update(name).digest("hex")}`;
}

/** Splits a number into shares of different sizes, at least 1 each. */
function split(total: number, parts: number, random: () => number): number[] {
  const weights = Array.from({ length: parts }, () => random() ** 3 + 0.02);
  const sum = weights.reduce((a, b) => a + b, 0);
  const shares = weights.map((weight) => Math.max(1, Math.floor((weight / sum) * total)));
  const rest = total - shares.reduce((a, b) => a + b, 0);
  return shares.map((share, index) => (index === 0 ? Math.max(1, share + rest) : share));
}

/**
 * Promised images of the size and shape of Kubernetes' registry: 705,000 combinations of destination, image and tag with 22
 * mirrors, of which the largest project goes to two places at each.
 *
 * @param sourceHost of the staging registry
 */
export function createPromised(sourceHost: string): Promoted {
  const random = seededRandom(11);
  const { projects, images, digests, largest } = shape;
  const imageShares = [largest.images, ...split(images - largest.images, projects - 1, random)];
  const digestShares = [largest.digests, ...split(digests - largest.digests, projects - 1, random)];
  const all = imageShares.flatMap((count, number) => {
    const project = `project-${number}`;
    const shares = split(Math.max(digestShares[number] ?? 1, count), count, random);
    return shares.flatMap((share, image) =>
      Array.from({ length: share }, (_, version): PromotedImage[] => {
        const name = `image-${image}`;
        const common = {
          project,
          source: `${sourceHost}/k8s-staging-${project}/${name}`,
          destinations: "all",
          place,
        } as const;
        const content = { digest: digestFor(`${project}/${name}:${version}`), tags: [`v1.${version}.0`] };
        const own = { ...common, ...content, repository: `${project}/${name}` };
        return number === 0 ? [own, { ...own, repository: name }] : [own];
      }).flat(),
    );
  });
  return { projects: imageShares.map((_, number) => `project-${number}`), images: all, files: [], withdrawn: [] };
}

/** Where projects stage, and what destinations stand for, without an inventory. */
function placeAt(destinations: ReadonlyMap<string, Destinations>): Placement {
  return {
    stagingOf: () => undefined,
    hasProject: () => true,
    imagesAt: (project) => [project],
    filesAt: (project) => project,
    ownerOf: () => undefined,
    destinations,
  };
}

/**
 * The promised images of real manifests in kpromo's layout, staged at another host. Each region of Artifact Registry that they list is
 * a mirror, `google/REGION`.
 */
export function readPromised(directory: string, sourceHost: string): Promoted {
  const { unmapped } = readManifests([directory], placeAt(new Map()));
  const regions = new Map<string, Destinations>();
  for (const { name } of unmapped) {
    const [, root = "", region] = /^(([a-z0-9-]+)-docker\.pkg\.dev\/[^/]+\/[^/]+)/.exec(name) ?? [];
    if (region) regions.set(root, [`google/${region}`]);
  }
  const { promoted } = readManifests([directory], placeAt(regions));
  const images = promoted.images.map((image) => ({ ...image, source: image.source.replace(/^[^/]+/, sourceHost) }));
  return { ...promoted, images, files: [] };
}

/** The mirrors that images go to. */
export function listMirrors({ images }: Promoted): string[] {
  return [...new Set(images.flatMap(({ destinations }) => (destinations === "all" ? [] : destinations)))].sort();
}
