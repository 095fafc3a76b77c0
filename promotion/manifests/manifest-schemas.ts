import { z } from "zod";

/**
 * A single value that a rule checks: YAML reads `1.10` as a number, so that only the rule can tell what was meant. A mapping
 * or a list is refused here.
 */
const single = z.union([z.string(), z.number(), z.boolean()], "a single value");

const image = z.strictObject({
  name: z.string().meta({ description: "The path below the registry.", examples: ["pause"] }),
  dmap: z
    .record(z.string(), z.array(single).meta({ description: "A list of tags.", examples: [["1.0"]] }))
    .nullable()
    .meta({ description: "Digests, each with a list of tags.", examples: [{ "sha256:…": ["1.0"] }] }),
});

/** A list of images: kpromo's `images/<project>/images.yaml`. */
export const imagesSchema = z.array(image);

/** The fields of a registry or a bucket that is a source or a destination. */
const placeFields = {
  "service-account": z.string().optional().meta({
    description: "Whom kpromo writes as. It has no effect here: the inventory says who writes.",
  }),
  src: z
    .boolean()
    .optional()
    .meta({ description: "Whether this is the source.", examples: [true] }),
};

const registry = z.strictObject({
  name: z.string().meta({ description: "The registry, with a path below it.", examples: ["gcr.io/k8s-staging-kops"] }),
  ...placeFields,
});

/** Registries, and perhaps images: kpromo's `promoter-manifest.yaml`, and its plain manifests. */
export const registriesSchema = z.strictObject({
  registries: z
    .array(registry)
    .min(1)
    .meta({
      description: "One source and at least one destination.",
      examples: [[{ name: "gcr.io/k8s-staging-kops", src: true }]],
    }),
  images: imagesSchema.optional(),
  imagesPath: z.string().optional(),
});

const file = z.strictObject({
  name: z
    .string()
    .min(1)
    .meta({ description: "The path below the store's base.", examples: ["v1.0.0/linux/amd64/tool"] }),
  sha256: single.meta({ description: "The SHA-256 checksum, as 64 hexadecimal digits in lower case." }),
});

const files = z
  .array(file)
  .min(1)
  .meta({ description: "Files, each with a checksum.", examples: [[{ name: "v1.0.0/tool", sha256: "…" }]] });

/** Why and when. */
const withdrawalFields = {
  reason: z
    .string()
    .min(1)
    .max(500)
    .meta({
      description: "Why it is withdrawn. Clients see it, and so does everyone who reads this file.",
      examples: ["built from the wrong commit"],
    }),
  date: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, "a date such as 2026-11-26")
    .meta({ description: "When it was decided. Nothing depends on it.", examples: ["2026-11-26"] }),
};

const withdrawnImage = z.strictObject({
  name: z.string().meta({ description: "The image, as in images.yaml.", examples: ["pause"] }),
  digest: z
    .string()
    .optional()
    .meta({
      description: "The digest, which is withdrawn with all its tags.",
      examples: ["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    }),
  tags: z
    .array(single)
    .min(1)
    .optional()
    .meta({ description: "Tags to withdraw, while their digest stays.", examples: [["v1.0"]] }),
  ...withdrawalFields,
});

const withdrawnFile = z.strictObject({
  name: z.string().meta({ description: "The file, as in files.yaml.", examples: ["v1.0.0/linux/amd64/tool"] }),
  ...withdrawalFields,
});

const withdrawnImages = z
  .array(withdrawnImage)
  .min(1)
  .optional()
  .meta({
    description: "Images to withdraw.",
    examples: [[{ name: "pause", tags: ["v1.0"], reason: "…", date: "2026-11-26" }]],
  });

const withdrawnFiles = z
  .array(withdrawnFile)
  .min(1)
  .optional()
  .meta({ description: "Files to withdraw.", examples: [[{ name: "v1.0.0/tool", reason: "…", date: "2026-11-26" }]] });

/** What a project withdraws: `<project>/withdrawn.yaml`. */
export const withdrawnSchema = z.strictObject({ images: withdrawnImages, files: withdrawnFiles });

/** `withdrawn.yaml` beside kpromo's `images.yaml`. */
export const withdrawnImagesSchema = z.strictObject({ images: withdrawnImages });

/** `withdrawn.yaml` beside kpromo's `filepromoter-manifest.yaml`. */
export const withdrawnFilesSchema = z.strictObject({ files: withdrawnFiles });

const filestore = z.strictObject({
  base: z
    .string()
    .min(1)
    .meta({ description: "The bucket and the prefix.", examples: ["gs://k8s-staging-kops/kops/releases/"] }),
  ...placeFields,
});

const filestores = z
  .array(filestore)
  .min(1)
  .meta({
    description: "One source and at least one destination.",
    examples: [[{ base: "gs://k8s-staging-kops/kops/releases/", src: true }]],
  });

/** kpromo's `filepromoter-manifest.yaml`. */
export const filestoresSchema = z.strictObject({ filestores });

/** kpromo's lists of files. */
export const filesSchema = z.strictObject({ files });

/** A whole manifest of files; without stores, they come from the inventory. */
export const plainFilesSchema = z.strictObject({ filestores: filestores.optional(), files });

/** Registries and images in one file. */
export const plainImagesSchema = registriesSchema.extend({ images: imagesSchema });
