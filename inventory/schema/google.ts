import { z } from "zod";
import { bucketName, mirrorsByRegion } from "./mirror-fields";
import { primary, providerFields, providerState, stateBucket } from "./provider-fields";

/** A provider at Google Cloud. */
export const google = z
  .strictObject({
    cloud: z.literal("google"),
    project: z
      .string()
      .regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "a Google Cloud project id (6 to 30 characters)")
      .meta({ description: "The project for all resources.", examples: ["k8s-artifacts-prod"] }),
    "state-bucket": stateBucket,
    primary,
    state: providerState,
    ...providerFields,
    mirrors: mirrorsByRegion(
      {
        registry: z
          .strictObject({
            "immutable-tags": z.boolean().default(false).meta({
              description:
                "Whether Artifact Registry forbids moving and removing tags, and removing tagged images. Withdrawal and tag-based signatures then do not work.",
            }),
          })
          .optional()
          .meta({ description: "An Artifact Registry repository for container images in this region." }),
        bucket: z
          .strictObject({ name: bucketName })
          .optional()
          .meta({ description: "A Cloud Storage bucket in this region." }),
      },
      "us-central1",
    ),
  })
  .meta({ title: "google" });
