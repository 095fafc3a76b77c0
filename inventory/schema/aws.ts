import { z } from "zod";
import { bucketName, mirrorsByRegion } from "./mirror-fields";
import { regionName } from "./names";
import { primary, providerFields, providerState, stateBucket } from "./provider-fields";

/** `bucket-access`, and `access` of a bucket. */
const bucketAccess = z.enum(["cdn", "direct"]).meta({
  description:
    "`cdn`: a private bucket behind CloudFront; clients cannot download from the bucket itself. `direct`: clients download from the bucket anonymously, which is free inside its own region.",
});

/** A provider at AWS. */
export const aws = z
  .strictObject({
    cloud: z.literal("aws"),
    account: z
      .string()
      .regex(/^[0-9]{12}$/, "an AWS account number with twelve digits")
      .meta({ description: "The account for all resources.", examples: ["123456789012"] }),
    "state-bucket": stateBucket,
    "state-region": regionName.default("us-east-1").meta({ description: "The region of `state-bucket`." }),
    primary,
    state: providerState,
    "bucket-access": bucketAccess.default("cdn").meta({
      description: "Default access of buckets: see `mirrors.<region>.bucket.access`.",
    }),
    ...providerFields,
    mirrors: mirrorsByRegion(
      {
        registry: z
          .strictObject({
            repositories: z
              .array(z.string().regex(/^[a-z0-9]+([._/-][a-z0-9]+)*$/, "a repository name"))
              .min(1)
              .meta({
                description: "The images that get an ECR Public repository.",
                examples: [["pause", "kube-apiserver"]],
              }),
          })
          .optional()
          .meta({
            description:
              "ECR Public repositories. They can only be managed in us-east-1, and get no redirected clients, which have no token: they are for clients that use ECR Public under its own name.",
          }),
        bucket: z
          .strictObject({ name: bucketName, access: bucketAccess.optional() })
          .optional()
          .meta({ description: "An S3 bucket in this region." }),
      },
      "us-east-1",
    ),
  })
  .meta({ title: "aws" });
