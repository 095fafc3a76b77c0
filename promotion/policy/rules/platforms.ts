import { isConfig } from "../../../stores/registry/media-types";
import type { ImageContent } from "../image-content";
import { accept, type PolicyRule, refuse } from "../policy-rule";

/** A platform as `linux/arm/v7`; the usual variant of arm64 is left out (OCI image specification 1.1, "Platform Variants"). */
function formatPlatform({ os, architecture, variant }: Platform): string {
  const isUsual = variant === undefined || variant === "" || (architecture === "arm64" && variant === "v8");
  return `${os}/${architecture}${isUsual ? "" : `/${variant}`}`;
}

interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

/** @returns the platforms of an index or of a single image; undefined for artifacts of other kinds */
async function findPlatforms(content: ImageContent): Promise<string[] | undefined> {
  const { own } = content;
  if (own.isIndex) return own.children.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : []));
  if (!own.config || !isConfig(own.config.mediaType)) return undefined;
  const config = await content.readJson(own.config);
  const { os, architecture, variant } = (config ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof os !== "string" || typeof architecture !== "string") return [];
  return [formatPlatform({ os, architecture, ...(typeof variant === "string" && { variant }) })];
}

/** The platforms that images with tags must have. What has no tag is a child of another image. */
export const platforms: PolicyRule = {
  id: "policy/platforms",
  reason: "Clients of a missing platform fail only when they pull, at another place and time.",
  example: "platforms: [linux/amd64, linux/arm64]",
  needsContent: ({ platforms }) => platforms !== undefined,
  async judgeContent(content, { platforms = [] }) {
    if (content.image.tags.length === 0) return undefined;
    const found = await findPlatforms(content);
    if (found === undefined) return accept("not an image of a container: it has no platform");
    const unique = [...new Set(found)].sort();
    const missing = platforms.filter((platform) => !unique.includes(platform));
    const saw = unique.length === 0 ? "no platforms" : unique.slice(0, 20).join(", ");
    if (missing.length === 0) return accept(saw);
    return refuse(`${saw}, without ${missing.join(", ")}`, `Publish an index with ${missing.join(", ")}, too.`);
  },
};
