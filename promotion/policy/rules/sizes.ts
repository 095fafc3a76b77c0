import { formatBytes } from "../../plan/format-bytes";
import { accept, type PolicyRule, refuse } from "../policy-rule";

const fix = "Make it smaller, or have the admins raise the limit in the policy.";

/** The largest images, layers and files. */
export const sizes: PolicyRule = {
  id: "policy/sizes",
  reason: "Every mirror pays for what is promoted, and every client waits for it.",
  example: "sizes: { image: 10 GB, layer: 4 GB, file: 2 GB }",
  judgesAttachments: true,
  needsContent: ({ sizes }) => sizes?.image !== undefined || sizes?.layer !== undefined,
  async judgeContent({ closure }, { sizes = {} }) {
    const { image, layer } = sizes;
    const largest = Math.max(0, ...Array.from(closure.blobs.values(), ({ size }) => size));
    const total = `${formatBytes(closure.bytes)} in all`;
    if (image !== undefined && closure.bytes > image) return refuse(`${total}, more than ${formatBytes(image)}`, fix);
    if (layer !== undefined && largest > layer) {
      return refuse(`a layer of ${formatBytes(largest)}, more than ${formatBytes(layer)}`, fix);
    }
    return accept(`${total}; the largest layer has ${formatBytes(largest)}`);
  },
  judgeFile({ bytes }, { sizes }) {
    if (sizes?.file === undefined || bytes === undefined) return undefined;
    const saw = formatBytes(bytes);
    return bytes <= sizes.file ? accept(saw) : refuse(`${saw}, more than ${formatBytes(sizes.file)}`, fix);
  },
};
