import { z } from "zod";
import { bucketName, mirrorsByRegion } from "./mirror-fields";
import { primary, providerFields, providerState } from "./provider-fields";

/** A provider at Microsoft Azure. */
export const azure = z
  .strictObject({
    cloud: z.literal("azure"),
    subscription: z.guid("a subscription id: 8-4-4-4-12 hexadecimal digits").meta({
      description: "The subscription for all resources.",
      examples: ["00000000-0000-0000-0000-000000000000"],
    }),
    "state-account": z.string().optional().meta({
      title: "3 to 24 lower-case letters and digits",
      description:
        "The storage account that keeps Terraform's state, which the bootstrap stack creates in the resource group `<project.name>-<provider>-terraform-state`. Default: composed of project and provider, with a hash; `mirrorform synth` writes it as the stack's `backend`.",
    }),
    "registry-name": z.string().optional().meta({
      title: "5 to 50 lower-case letters and digits",
      description: "The container registry's name. Default: project and provider without hyphens, with a hash.",
    }),
    primary,
    state: providerState,
    ...providerFields,
    mirrors: mirrorsByRegion(
      {
        registry: z
          .strictObject({})
          .optional()
          .meta({ description: "A replica of the provider's container registry in this region." }),
        bucket: z
          .strictObject({
            name: bucketName,
            "filled-by": z.enum(["replication", "promotion"]).default("replication").meta({
              description:
                "`replication`: Azure copies the primary's account to this one, and blocks other writes to it; at most two accounts can be copies. `promotion`: your release job fills it. Has no effect at the primary, or if there is no primary.",
            }),
          })
          .optional()
          .meta({ description: "A storage account in this region." }),
      },
      "westeurope",
    ),
  })
  .meta({ title: "azure" });
