import type { ImageContent } from "../image-content";
import { formatPatterns } from "../name-list";
import { createNamePattern } from "../name-pattern";
import { accept, type PolicyRule, refuse } from "../policy-rule";

/** The media types of manifests, configurations and layers, sorted. */
function listTypes({ image, manifests }: ImageContent, isAttached: boolean): string[] {
  const types = manifests
    .filter(({ attachedTo }) => (attachedTo !== undefined || image.attachedTo !== undefined) === isAttached)
    .flatMap(({ mediaType, artifactType, config, layers }) => [
      mediaType,
      ...(artifactType === undefined ? [] : [artifactType]),
      ...[config, ...layers].flatMap((descriptor) => descriptor?.mediaType ?? []),
    ]);
  return [...new Set(types)].sort();
}

function findRefused(types: readonly string[], patterns: readonly string[] | undefined): string[] {
  if (!patterns) return [];
  const matchers = patterns.map(createNamePattern);
  return types.filter((type) => !matchers.some((matches) => matches(type)));
}

/** The media types that images and their attachments may consist of. */
export const mediaTypesRule: PolicyRule = {
  id: "policy/media-types",
  reason: "A registry takes bytes of any kind; mirrors are for those that the project is known for.",
  example: "media-types: { images: [application/vnd.oci.image.**, application/vnd.docker.**] }",
  judgesAttachments: true,
  needsContent: ({ mediaTypes }) => mediaTypes !== undefined,
  async judgeContent(content, { mediaTypes = {} }) {
    const own = listTypes(content, false);
    const attached = listTypes(content, true);
    const refused = [
      ...findRefused(own, mediaTypes.images).map(
        (type) => `${type} matches none of ${formatPatterns(mediaTypes.images ?? [])}`,
      ),
      ...findRefused(attached, mediaTypes.attached).map(
        (type) => `${type}, attached, matches none of ${formatPatterns(mediaTypes.attached ?? [])}`,
      ),
    ];
    if (refused.length > 0) {
      return refuse(refused.join("; "), "Publish it again without these, or have the admins allow them in the policy.");
    }
    return accept([...new Set([...own, ...attached])].join(", "));
  },
};
