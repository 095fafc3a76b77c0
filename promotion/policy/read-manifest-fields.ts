import { z } from "zod";
import type { Descriptor } from "../../stores/registry/content";
import type { ClosureManifest } from "../image/read-closure";

/** The platform of a child, as its index states it. */
export interface ChildPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

/** A manifest of an index. */
export interface Child extends Descriptor {
  readonly platform?: ChildPlatform | undefined;
}

/** What rules look at in one manifest. */
export interface ManifestFields {
  readonly digest: string;
  readonly mediaType: string;
  readonly isIndex: boolean;
  /** The digest of the closure's manifest that it is attached to. */
  readonly attachedTo?: string;
  readonly artifactType?: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  /** @default it is an index */
  readonly config?: Descriptor | undefined;
  /** All, also those that are not passed on. */
  readonly layers: readonly Descriptor[];
  readonly children: readonly Child[];
}

/** No value of a platform, of annotations or of types is longer in practice, except certificates and bundles of Sigstore. */
const longest = { name: 255, annotation: 256 * 1024 } as const;

const name = z.string().max(longest.name);
const annotations = z.record(name, z.string().max(longest.annotation));
const descriptor = z.object({
  mediaType: name,
  digest: name,
  size: z.int().nonnegative(),
  artifactType: name.optional(),
  annotations: annotations.optional(),
});
const platform = z.object({ os: name, architecture: name, variant: name.optional() });
const shape = z.object({
  artifactType: name.optional(),
  annotations: annotations.nullish(),
  config: descriptor.optional(),
  layers: z.array(descriptor).nullish(),
  manifests: z.array(descriptor.extend({ platform: platform.optional() })).nullish(),
});

/**
 * Reads what rules look at in a manifest of a closure, which is valid JSON.
 *
 * @returns undefined if a field has another form than the OCI image specification 1.1 gives it
 */
export function readManifestFields({ content, isIndex, attachedTo }: ClosureManifest): ManifestFields | undefined {
  const { success, data } = shape.safeParse(JSON.parse(content.bytes.toString()));
  if (!success) return undefined;
  return {
    digest: content.digest,
    mediaType: content.mediaType,
    isIndex,
    ...(attachedTo !== undefined && { attachedTo }),
    artifactType: data.artifactType,
    annotations: data.annotations ?? {},
    config: data.config as Descriptor | undefined,
    layers: (data.layers ?? []) as readonly Descriptor[],
    children: (data.manifests ?? []) as readonly Child[],
  };
}
